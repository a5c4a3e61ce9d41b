package io.slipway.taskapi.task;

import io.slipway.taskapi.cleanup.CleanupAction;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/** Ends the system identity of a task that goes on without one; its roles end with it. */
@ApplicationScoped
public class EndSystemIdentity {
  private final Transactions transactions;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final InstantSource clock;

  EndSystemIdentity(
      Transactions transactions,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      InstantSource clock) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.clock = clock;
  }

  /** Ends it; what identity-service cannot be told now it is told later. */
  public Uni<Void> end(String taskId) {
    Cleanups.Cleanup cleanup =
        new Cleanups.Cleanup(taskId, CleanupAction.FORGET_SYSTEM_IDENTITY, taskId);
    return transactions
        .in(connection -> cleanups.add(connection, List.of(cleanup), clock.instant()))
        .chain(() -> processCleanups.trySettle(taskId));
  }
}
