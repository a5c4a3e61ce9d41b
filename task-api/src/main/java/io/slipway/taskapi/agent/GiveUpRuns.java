package io.slipway.taskapi.agent;

import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of runs that their agent has lost or given back: queued again, or over. */
@ApplicationScoped
class GiveUpRuns {
  private final RunRepository runs;
  private final EndRun endRun;
  private final RunAnnouncements announcements;

  GiveUpRuns(RunRepository runs, EndRun endRun, RunAnnouncements announcements) {
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
  }

  /**
   * Applies a change to each of the runs, whose rows the caller has locked.
   *
   * @param change what happened to the run; where it does not fit nothing changes
   * @return the runs that wait again
   */
  Uni<List<Run>> all(
      SqlConnection connection, List<Run> locked, Function<Run, RunChange> change, Instant now) {
    List<Run> queued = new ArrayList<>();
    List<Ending> ended = new ArrayList<>();
    for (Run run : locked) {
      RunChange happened = change.apply(run);
      if (RunStateMachine.apply(run.state(), happened) instanceof RunTransition.Moved moved) {
        switch (moved.to()) {
          case RunState.Queued to -> queued.add(RunProgress.givenUp(run, happened, to, now));
          case RunState.Finished to -> ended.add(new Ending(run, to, why(run, happened, to)));
          case RunState.Started other -> throw unexpected(other);
          case RunState.Running other -> throw unexpected(other);
        }
      }
    }
    return InTurn.each(
            ended,
            one ->
                endRun
                    .end(connection, one.run(), one.to(), one.failure(), one.error(), now)
                    .replaceWithVoid())
        .chain(() -> runs.update(connection, queued))
        .chain(() -> announcements.queued(connection, queued))
        .replaceWith(queued);
  }

  private record Ending(Run run, RunState.Finished to, @Nullable String error) {
    FailureClass failure() {
      return to.outcome() == RunOutcome.CANCELED ? FailureClass.CANCELED : FailureClass.AGENT_LOST;
    }
  }

  private static @Nullable String why(Run run, RunChange change, RunState.Finished to) {
    return to.outcome() == RunOutcome.CANCELED
        ? null
        : RunStateMachine.after(run.state(), change, run.lease().history()).whyNot();
  }

  private static IllegalStateException unexpected(RunState state) {
    return new IllegalStateException("a run that is given up is " + state);
  }
}
