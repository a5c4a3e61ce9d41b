package io.slipway.taskapi.registry;

import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much a registry holds, according to its events. */
@ApplicationScoped
public class RegistryUsages {
  private static final String SIZE =
      """
      select coalesce(sum(size), 0)::bigint as size from (
        select distinct on (repository, digest) size from image_tag where registry_uid = $1) images\
      """;

  private final Transactions transactions;

  RegistryUsages(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * @param limit null: there is none
   */
  public record Usage(String name, @Nullable Long limit, long currentValue, String unit) {}

  /** What the registry holds. */
  public Uni<List<Usage>> of(Registry registry) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(SIZE)
            .execute(Sql.values(registry.uid()))
            .map(rows -> rows.iterator().next().getLong("size"))
            .map(size -> List.of(new Usage("Size", null, size, "Bytes"))));
  }
}
