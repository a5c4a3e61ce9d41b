package io.slipway.taskapi.registry;

import io.quarkus.logging.Log;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Deletes registries at once, whatever they hold: the row loses its group, its name and its login
 * server, so that nothing finds it any more, and in the same transaction is written what the other
 * services are to be told. Tasks, runs and logs are taken away afterwards, in pieces; its runs are
 * canceled and none is started.
 */
@ApplicationScoped
public class DeleteRegistry {
  /** How long a request waits for the other services. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Parameters: the selected registries' key, now. Locks in the order of the uid. */
  private static final String MARK =
      """
      with gone as (
        select uid, name, login_server from registry
        where %s = $1 and deleted_at is null order by uid for update)
      update registry set deleted_at = $2, state = 'Deleting', group_key = null,
        login_server = null, name_key = registry.name_key || '/' || registry.uid
      from gone where registry.uid = gone.uid
      returning gone.uid, gone.name, gone.login_server\
      """;

  private final Transactions transactions;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final String subscriptionId;
  private final InstantSource clock;

  DeleteRegistry(
      Transactions transactions,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      InstantSource clock) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.subscriptionId = subscriptionId;
    this.clock = clock;
  }

  /** Deletes a registry; the others are told now if they answer soon, else afterwards. */
  public Uni<Void> delete(Registry registry) {
    return transactions
        .in(connection -> mark(connection, "uid", registry.uid(), registry.group()))
        .chain(() -> processCleanups.trySettle(registry.id()))
        .ifNoItem()
        .after(PATIENCE)
        .recoverWithUni(() -> {
          Log.warnf("Registry %s is deleted; others are told later", registry.name());
          return Uni.createFrom().voidItem();
        });
  }

  /** Deletes all of a group in the caller's transaction, who has the group's row locked. */
  public Uni<Void> deleteAll(SqlConnection connection, String group) {
    return mark(connection, "group_key", ResourceId.key(group), group);
  }

  /**
   * Has the other services forget what was made for a registry while it was deleted, unless its
   * successor has that by now. Does nothing for one that is there.
   */
  Uni<Void> forgetIfGone(Registry registry) {
    return transactions
        .in(connection ->
            connection
                .preparedQuery(
                    "select uid, group_key from registry where deleted_at is null"
                        + " and (uid = $1 or name_key = lower($2))")
                .execute(Sql.values(registry.uid(), registry.name()))
                .map(rows -> left(registry, rows))
                .chain(left -> cleanups.add(connection, left).replaceWith(() -> !left.isEmpty())))
        .invoke(added -> {
          if (added) {
            processCleanups.soon();
          }
        })
        .replaceWithVoid();
  }

  private static List<Cleanup> left(Registry gone, RowSet<Row> there) {
    List<Cleanup> left = new ArrayList<>();
    if (there.size() == 0) {
      left.add(Cleanup.loginServer(gone.id(), gone.name(), gone.uid()));
    }
    for (Row row : there) {
      if (row.getUUID("uid").equals(gone.uid())) {
        return List.of();
      }
    }
    left.add(Cleanup.goneOwner(gone.uid()));
    left.add(Cleanup.registry(gone.id(), gone.uid()));
    return left;
  }

  private Uni<Void> mark(SqlConnection connection, String column, Object key, String group) {
    return connection
        .preparedQuery(MARK.formatted(column))
        .execute(Sql.values(key, clock.instant()))
        .chain(rows -> {
          List<Cleanup> all = new ArrayList<>();
          for (Row row : rows) {
            all.addAll(
                cleanups(
                    row.getUUID("uid"),
                    row.getString("name"),
                    row.getString("login_server"),
                    group));
          }
          return cleanups.add(connection, all);
        });
  }

  private List<Cleanup> cleanups(
      UUID uid, String name, @Nullable String loginServer, String group) {
    String id = ResourceId.registry(subscriptionId, group, name);
    List<Cleanup> cleanups = new ArrayList<>(List.of(Cleanup.goneOwner(uid)));
    if (loginServer != null) {
      cleanups.add(Cleanup.audience(id, loginServer, uid));
    }
    cleanups.add(Cleanup.loginServer(id, name, uid));
    cleanups.add(Cleanup.resource(id));
    return cleanups;
  }
}
