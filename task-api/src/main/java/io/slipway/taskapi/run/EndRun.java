package io.slipway.taskapi.run;

import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.log.text.RunEnding;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a run that no agent can end: its log, its row and the event, in one transaction. */
@ApplicationScoped
public class EndRun {
  private final RunRepository runs;
  private final LogStore logs;
  private final Cleanups cleanups;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;

  EndRun(
      RunRepository runs,
      LogStore logs,
      Cleanups cleanups,
      RunAnnouncements announcements,
      RunMetrics metrics) {
    this.runs = runs;
    this.logs = logs;
    this.cleanups = cleanups;
    this.announcements = announcements;
    this.metrics = metrics;
  }

  /**
   * Ends the run, whose row the caller has locked.
   *
   * @param failure why, for statistics
   * @param error why, for people, or null
   * @return the run in its final state
   */
  public Uni<Run> end(
      SqlConnection connection,
      Run run,
      RunState.Finished to,
      FailureClass failure,
      @Nullable String error,
      Instant now) {
    RunOutcome outcome = to.outcome();
    String text = RunEnding.text(run.key().runId(), outcome, error, run.times().created(), now);
    return logs.end(connection, run.key().uid(), text)
        .map(length -> RunProgress.finished(run, to, error, List.of(), length, now))
        .call(ended -> runs.update(connection, List.of(ended)))
        .call(ended -> announcements.completed(connection, run, ended, outcome, failure))
        .call(ended -> cleanups.add(connection, cleanups(ended)))
        .invoke(ended -> metrics.ended(ended, failure));
  }

  /** What other services may forget when the run is over. */
  static List<Cleanup> cleanups(Run ended) {
    return ended.origin().ownCredentials()
        ? List.of(Cleanup.endedRun(ended.key().uid()))
        : List.of();
  }
}
