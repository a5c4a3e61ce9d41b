package io.slipway.taskapi.registry;

import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Deletes registries with their tasks and runs, and what the other services hold for them. What is
 * to be told to the others is written in the same transaction, so nothing is forgotten; agents that
 * still execute a run of theirs lose it with the next heartbeat.
 */
@ApplicationScoped
public class DeleteRegistry {
  private static final String OWNERS =
      """
      select uid from task where registry_uid = $1
      union all select uid from run where registry_uid = $1 and own_credentials
        and status in ('Queued', 'Started', 'Running')\
      """;

  private final Transactions transactions;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;

  DeleteRegistry(Transactions transactions, Cleanups cleanups, ProcessCleanups processCleanups) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
  }

  /** Deletes a registry; the others are told now if they can be reached, else soon. */
  public Uni<Void> delete(Registry registry) {
    return transactions
        .in(connection -> delete(connection, registry))
        .chain(() -> processCleanups.trySettle(registry.id()));
  }

  /** Deletes it in the caller's transaction, who tells the others after it. */
  public Uni<Void> delete(SqlConnection connection, Registry registry) {
    return connection
        .preparedQuery(OWNERS)
        .execute(Sql.values(registry.uid()))
        .map(rows -> {
          List<UUID> owners = new ArrayList<>(List.of(registry.uid()));
          for (Row row : rows) {
            owners.add(row.getUUID("uid"));
          }
          return owners;
        })
        .call(() ->
            connection
                .preparedQuery("delete from registry where uid = $1")
                .execute(Sql.values(registry.uid())))
        .chain(owners -> cleanups.add(connection, cleanups(registry, owners)));
  }

  private static List<Cleanup> cleanups(Registry registry, List<UUID> owners) {
    String id = registry.id();
    List<Cleanup> cleanups = new ArrayList<>();
    owners.forEach(owner -> cleanups.add(Cleanup.owner(id, owner)));
    if (registry.loginServer() != null) {
      cleanups.add(Cleanup.audience(id, registry.loginServer(), registry.uid()));
    }
    cleanups.add(Cleanup.loginServer(id, registry.name(), registry.uid()));
    cleanups.add(Cleanup.resource(id));
    return cleanups;
  }
}
