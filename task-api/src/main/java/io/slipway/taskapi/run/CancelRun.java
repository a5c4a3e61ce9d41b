package io.slipway.taskapi.run;

import io.slipway.contract.FailureClass;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Cancels a run: one that waits ends at once, one that an agent owns is marked, and the agent
 * learns of it with its next heartbeat.
 */
@ApplicationScoped
public class CancelRun {
  private final Transactions transactions;
  private final RunRepository runs;
  private final EndRun endRun;
  private final RunAnnouncements announcements;
  private final InstantSource clock;

  CancelRun(
      Transactions transactions,
      RunRepository runs,
      EndRun endRun,
      RunAnnouncements announcements,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
    this.clock = clock;
  }

  /**
   * Cancels the run with this uid.
   *
   * @return what the state machine made of it; {@code Ignored} for a run that is over
   */
  public Uni<RunTransition> cancel(UUID uid) {
    return transactions
        .in(connection ->
            runs.lock(connection, List.of(uid))
                .chain(found ->
                    found.isEmpty()
                        ? Uni.createFrom()
                            .<RunTransition>item(new RunTransition.Ignored("there is no such run"))
                        : cancel(connection, found.getFirst())))
        .invoke(announcements::nudge);
  }

  private Uni<RunTransition> cancel(SqlConnection connection, Run run) {
    Instant now = clock.instant();
    RunTransition transition = RunStateMachine.apply(run.state(), new RunChange.CancelRequested());
    return switch (transition) {
      case RunTransition.Ignored ignored -> Uni.createFrom().item(ignored);
      case RunTransition.Moved moved ->
          (moved.to() instanceof RunState.Finished finished
                  ? endRun
                      .end(connection, run, finished, FailureClass.CANCELED, null, now)
                      .replaceWithVoid()
                  : runs.update(connection, List.of(RunProgress.moved(run, moved.to(), now))))
              .replaceWith(moved);
    };
  }
}
