package io.slipway.taskapi.run;

import io.slipway.contract.ImageRef;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Which run pushed which image, so that a list of runs can be asked for an image. */
@ApplicationScoped
public class RunImages {
  private static final int LONGEST_NAME = 512;
  private static final int LONGEST_DIGEST = 128;
  private static final String INSERT =
      """
      insert into run_image (registry_uid, number, name, digest)
      select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[])
      on conflict do nothing\
      """;

  /**
   * What a run pushed.
   *
   * @param number position among the registry's runs
   */
  public record Pushed(UUID registryUid, long number, List<ImageRef> images) {}

  /**
   * Remembers, in the caller's transaction, what runs that have just ended pushed: one statement
   * for all of them, none if they pushed nothing.
   */
  public Uni<Void> record(SqlConnection connection, Collection<Pushed> ended) {
    List<UUID> registries = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    for (Pushed run : ended) {
      for (ImageRef image : run.images()) {
        registries.add(run.registryUid());
        numbers.add(run.number());
        names.add(text(image.registry() + "/" + image.repository(), LONGEST_NAME));
        digests.add(text(Objects.requireNonNullElse(image.digest(), ""), LONGEST_DIGEST));
      }
    }
    return registries.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(INSERT)
            .execute(
                Sql.values(
                    registries.toArray(UUID[]::new),
                    numbers.toArray(Long[]::new),
                    names.toArray(String[]::new),
                    digests.toArray(String[]::new)))
            .replaceWithVoid();
  }

  private static String text(String given, int longest) {
    return given.length() <= longest ? given : given.substring(0, longest);
  }
}
