package io.slipway.taskapi.subscription;

import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.operation.Operation;
import io.slipway.taskapi.operation.OperationRepository;
import io.slipway.taskapi.registry.DeleteRegistry;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/**
 * Deletes a resource group with all its registries in one short transaction, with what is to be
 * told to the other services; the operation is over when they all have been told.
 */
@ApplicationScoped
class DeleteResourceGroup {
  private final Transactions transactions;
  private final DeleteRegistry deleteRegistry;
  private final OperationRepository operations;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final InstantSource clock;

  DeleteResourceGroup(
      Transactions transactions,
      DeleteRegistry deleteRegistry,
      OperationRepository operations,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      InstantSource clock) {
    this.transactions = transactions;
    this.deleteRegistry = deleteRegistry;
    this.operations = operations;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.clock = clock;
  }

  /**
   * Deletes the group; the others are told soon.
   *
   * @param id ARM id of the group
   * @param name in its stored spelling
   * @param principalId who asks for it
   */
  Uni<Operation> delete(String id, String name, String principalId) {
    Operation operation =
        new Operation(
            TimeOrderedId.at(clock.instant()), Operation.Kind.DELETION, null, id, principalId);
    return transactions
        .in(connection ->
            lock(connection, name)
                .chain(() -> operations.add(connection, operation))
                .chain(() -> deleteRegistry.deleteAll(connection, name))
                .chain(() ->
                    connection
                        .preparedQuery("delete from resource_group where name_key = $1")
                        .execute(Sql.values(ResourceId.key(name))))
                .chain(() -> cleanups.add(connection, List.of(Cleanup.resource(id)))))
        .invoke(processCleanups::soon)
        .replaceWith(operation);
  }

  /**
   * A registry that is made meanwhile waits for the lock, and then finds that the group is gone.
   */
  private static Uni<Void> lock(SqlConnection connection, String name) {
    return connection
        .preparedQuery("select 1 from resource_group where name_key = $1 for update")
        .execute(Sql.values(ResourceId.key(name)))
        .invoke(rows -> {
          if (rows.size() == 0) {
            throw ResourceGroupRepository.missing(name);
          }
        })
        .replaceWithVoid();
  }
}
