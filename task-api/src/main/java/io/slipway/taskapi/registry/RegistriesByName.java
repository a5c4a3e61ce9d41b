package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.store.Gathered;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Looks up registries by name: nearly every request begins with that. Names that are asked for
 * while a look-up is under way are looked up together in the next one.
 */
@ApplicationScoped
class RegistriesByName {
  private static final int MOST = 200;

  /** Others don't wait longer for a look-up that hangs. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final String FIND =
      """
      select registry.*, resource_group.name as group_name
      from registry join resource_group on resource_group.name_key = registry.group_key
      where registry.name_key = any($1)\
      """;

  private final Transactions transactions;
  private final JsonText json;
  private final String subscriptionId;
  private final Gathered<String, Optional<Registry>> gathered =
      new Gathered<>(MOST, LONGEST, this::all);

  RegistriesByName(
      Transactions transactions,
      JsonText json,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.transactions = transactions;
    this.json = json;
    this.subscriptionId = subscriptionId;
  }

  /** The registry with this name, in any case. */
  Uni<Optional<Registry>> find(String name) {
    // PostgreSQL refuses this character, and with it the names of others.
    return name.indexOf('\0') >= 0
        ? Uni.createFrom().item(Optional.empty())
        : gathered.add(ResourceId.key(name));
  }

  private Uni<List<Uni<Optional<Registry>>>> all(List<String> keys) {
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(FIND)
                .execute(Sql.values((Object) keys.stream().distinct().toArray(String[]::new))))
        .map(rows -> {
          Map<String, Registry> found = new HashMap<>();
          rows.forEach(row -> found.put(row.getString("name_key"), registry(row)));
          return keys.stream()
              .map(key -> Uni.createFrom().item(Optional.ofNullable(found.get(key))))
              .toList();
        });
  }

  private Registry registry(Row row) {
    String name = row.getString("name");
    String group = row.getString("group_name");
    String principalId = row.getString("principal_id");
    return new Registry(
        row.getUUID("uid"),
        ResourceId.registry(subscriptionId, group, name),
        name,
        group,
        row.getString("location"),
        new Registry.Settings(row.getString("sku"), row.getBoolean("arm_tokens")),
        json.tags(row.getString("tags")),
        row.getString("state"),
        row.getString("login_server"),
        principalId == null
            ? null
            : new Registry.OwnIdentity(principalId, row.getString("client_id")),
        row.getString("run_prefix"),
        Sql.time(row, "created_at"));
  }
}
