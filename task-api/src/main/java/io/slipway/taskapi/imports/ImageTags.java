package io.slipway.taskapi.imports;

import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Which tags registries have, according to their events. */
@ApplicationScoped
class ImageTags {
  private static final String EXISTING =
      """
      select repository || ':' || tag as name from image_tag
      where registry_uid = $1 and repository || ':' || tag = any($2)
        and repository = any($3) order by 1\
      """;

  private final Transactions transactions;

  ImageTags(Transactions transactions) {
    this.transactions = transactions;
  }

  /** The given {@code repository:tag} that exist. */
  Uni<List<String>> existing(UUID registryUid, List<String> names) {
    String[] repositories =
        names.stream()
            .map(name -> name.substring(0, name.indexOf(':')))
            .distinct()
            .toArray(String[]::new);
    return transactions.reading(connection ->
        connection
            .preparedQuery(EXISTING)
            .execute(Sql.values(registryUid, names.toArray(String[]::new), repositories))
            .map(rows -> {
              List<String> existing = new ArrayList<>();
              rows.forEach(row -> existing.add(row.getString("name")));
              return existing;
            }));
  }
}
