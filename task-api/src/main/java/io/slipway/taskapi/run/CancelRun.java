package io.slipway.taskapi.run;

import io.slipway.contract.FailureClass;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.outbox.Outbox;
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
  private final RunRequests requests;
  private final Outbox outbox;
  private final InstantSource clock;

  CancelRun(
      Transactions transactions,
      RunRepository runs,
      EndRun endRun,
      RunAnnouncements announcements,
      RunRequests requests,
      Outbox outbox,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
    this.requests = requests;
    this.outbox = outbox;
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

  /**
   * Cancels a run as an event asks, once, and answers that in the same transaction; fails with 409
   * for a run that is over.
   *
   * @param key makes a repeated request one
   */
  public Uni<Void> cancel(Run run, String key, Outbox.Message answer) {
    UUID uid = run.key().uid();
    return transactions
        .in(connection ->
            requests
                .remember(connection, run.key().registryUid(), key, uid)
                .chain(first ->
                    first
                        ? runs.lock(connection, List.of(uid))
                            .chain(found -> cancelGoing(connection, run, found))
                            .chain(() -> outbox.append(connection, List.of(answer)))
                        : Uni.createFrom().voidItem()))
        .invoke(announcements::nudge);
  }

  private Uni<Void> cancelGoing(SqlConnection connection, Run run, List<Run> found) {
    if (found.isEmpty() || found.getFirst().state() instanceof RunState.Finished) {
      throw ArmException.conflict("The run '" + run.key().runId() + "' is over.");
    }
    return cancel(connection, found.getFirst()).replaceWithVoid();
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
