package io.slipway.taskapi.task;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
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

/**
 * Deletes a task; its identity, credentials and secrets go with it, its runs stay on record. What
 * another service cannot be told now it is told later.
 */
@ApplicationScoped
public class DeleteTask {
  private final Transactions transactions;
  private final Leader leader;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final String subscriptionId;
  private final InstantSource clock;

  DeleteTask(
      Transactions transactions,
      Leader leader,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      InstantSource clock) {
    this.transactions = transactions;
    this.leader = leader;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.subscriptionId = subscriptionId;
    this.clock = clock;
  }

  /** Deletes it; false if there is none. */
  public Uni<Boolean> delete(Registry registry, String name) {
    String id = TaskRepository.id(registry, name);
    return transactions
        .in(connection -> delete(connection, registry.uid(), name, id))
        .call(deleted -> processCleanups.trySettle(id));
  }

  /** Deletes what interrupted creations left long ago, their identities too. */
  @Scheduled(
      every = "10m",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> deleteAbandoned() {
    return Sweep.of(
        "The search for tasks that were not completed",
        leader
            .in(connection ->
                connection
                    .preparedQuery(
                        "delete from task using registry r where r.uid = task.registry_uid"
                            + " and properties is null and task.updated_at < $1"
                            + " returning task.uid, task.name, r.name as registry, r.group_key")
                    .execute(Sql.values(clock.instant().minus(Duration.ofHours(1))))
                    .chain(rows -> cleanups.add(connection, abandoned(rows))))
            .replaceWithVoid());
  }

  private List<Cleanup> abandoned(RowSet<Row> rows) {
    List<Cleanup> abandoned = new ArrayList<>();
    for (Row row : rows) {
      UUID owner = row.getUUID("uid");
      abandoned.add(Cleanup.owner("/tasks/" + owner, owner));
      RegistryRepository.idOf(subscriptionId, row)
          .map(id -> Cleanup.resource(id + "/tasks/" + row.getString("name")))
          .ifPresent(abandoned::add);
    }
    return abandoned;
  }

  private Uni<Boolean> delete(SqlConnection connection, UUID registryUid, String name, String id) {
    return connection
        .preparedQuery("delete from task where registry_uid = $1 and name_key = $2 returning uid")
        .execute(Sql.values(registryUid, ResourceId.key(name)))
        .chain(rows -> {
          if (rows.size() == 0) {
            return Uni.createFrom().item(false);
          }
          UUID owner = rows.iterator().next().getUUID("uid");
          return cleanups
              .add(connection, List.of(Cleanup.owner(id, owner), Cleanup.resource(id)))
              .replaceWith(true);
        });
  }
}
