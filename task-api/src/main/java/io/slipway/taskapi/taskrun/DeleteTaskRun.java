package io.slipway.taskapi.taskrun;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Deletes a task run; its run goes on and stays on record. */
@ApplicationScoped
public class DeleteTaskRun {
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Transactions transactions;
  private final Leader leader;
  private final TaskRunRepository taskRuns;
  private final Cleanups cleanups;
  private final InstantSource clock;

  DeleteTaskRun(
      Transactions transactions,
      Leader leader,
      TaskRunRepository taskRuns,
      Cleanups cleanups,
      InstantSource clock) {
    this.transactions = transactions;
    this.leader = leader;
    this.taskRuns = taskRuns;
    this.cleanups = cleanups;
    this.clock = clock;
  }

  /** Deletes it; false if there is none. */
  public Uni<Boolean> delete(Registry registry, String name) {
    String id = TaskRunRepository.id(registry, name);
    List<Cleanup> forget = List.of(Cleanup.resource(id));
    return transactions.in(connection ->
        taskRuns
            .delete(connection, registry, name)
            .call(deleted ->
                deleted ? cleanups.add(connection, forget) : Uni.createFrom().voidItem()));
  }

  /** Deletes what refused or interrupted requests left long ago, their identities too. */
  @Scheduled(
      every = "10m",
      delayed = "3m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> deleteAbandoned() {
    return Sweep.of(
        "The search for task runs that were not completed",
        leader
            .in(connection ->
                taskRuns
                    .deleteAbandoned(connection, clock.instant().minus(ABANDONED))
                    .chain(gone ->
                        cleanups.add(connection, gone.stream().map(Cleanup::resource).toList())))
            .replaceWithVoid());
  }
}
