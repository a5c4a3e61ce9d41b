package io.slipway.taskapi.subscription;

import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.operation.Operation;
import io.slipway.taskapi.operation.OperationRepository;
import io.slipway.taskapi.registry.DeleteRegistry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/**
 * Deletes a resource group with all its registries in one transaction, with what is to be told to
 * the other services; the operation is over when they all have been told.
 */
@ApplicationScoped
class DeleteResourceGroup {
  private final Transactions transactions;
  private final RegistryRepository registries;
  private final DeleteRegistry deleteRegistry;
  private final OperationRepository operations;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final InstantSource clock;

  DeleteResourceGroup(
      Transactions transactions,
      RegistryRepository registries,
      DeleteRegistry deleteRegistry,
      OperationRepository operations,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      InstantSource clock) {
    this.transactions = transactions;
    this.registries = registries;
    this.deleteRegistry = deleteRegistry;
    this.operations = operations;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.clock = clock;
  }

  /**
   * Deletes the group; the others are told now if they can be reached, else soon.
   *
   * @param id ARM id of the group
   */
  Uni<Operation> delete(String id, String name) {
    Operation operation =
        new Operation(TimeOrderedId.at(clock.instant()), Operation.Kind.DELETION, null, id);
    Cleanup group = Cleanup.resource(id);
    return registries
        .list(name)
        .chain(held ->
            transactions.in(connection ->
                operations
                    .add(connection, operation)
                    .chain(() ->
                        InTurn.each(held, registry -> deleteRegistry.delete(connection, registry)))
                    .chain(() ->
                        connection
                            .preparedQuery("delete from resource_group where name_key = $1")
                            .execute(Sql.values(ResourceId.key(name))))
                    .chain(() -> cleanups.add(connection, List.of(group)))))
        .chain(() -> processCleanups.trySettle(id))
        .replaceWith(operation);
  }
}
