package io.slipway.taskapi.run.course;

import io.slipway.contract.ImageRef;
import io.slipway.taskapi.run.course.RunState.Finished;
import io.slipway.taskapi.run.course.RunState.Queued;
import io.slipway.taskapi.run.course.RunState.Running;
import io.slipway.taskapi.run.course.RunState.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a new state means for the rest of a run's record. */
public final class RunProgress {
  /** How long an agent owns a run without a heartbeat. */
  public static final Duration LEASE = Duration.ofSeconds(12);

  private RunProgress() {}

  /** The run in a state that is not final. */
  public static Run moved(Run run, RunState to, Instant now) {
    return switch (to) {
      case Queued queued ->
          throw new IllegalArgumentException("givenUp says why a run is queued again: " + queued);
      case Started started -> owned(run, started, now);
      case Running running -> with(run, running, run.times(), run.lease(), run.result(), now);
      case Finished finished -> finished(run, finished, null, List.of(), 0, now);
    };
  }

  /** The run in its final state. */
  public static Run finished(
      Run run,
      Finished to,
      @Nullable String error,
      List<ImageRef> images,
      long logBytes,
      Instant finishedAt) {
    Run.Times times = run.times();
    return with(
        run,
        to,
        new Run.Times(times.created(), times.queued(), times.started(), finishedAt, finishedAt),
        run.lease().over(run.lease().history()),
        new Run.Result(error, images, logBytes),
        finishedAt);
  }

  /** The run after an event with this sequence was applied. */
  public static Run after(Run run, long sequence) {
    return new Run(
        run.key(),
        run.origin(),
        run.state(),
        run.times(),
        run.lease(),
        run.result(),
        Math.max(run.lastSequence(), sequence),
        run.archived());
  }

  /**
   * The run after its lease ran out or was given back.
   *
   * @param to what {@link RunStateMachine#apply} made of the change
   */
  public static Run givenUp(Run run, RunChange change, Queued to, Instant now) {
    RunHistory history = RunStateMachine.after(run.state(), change, run.lease().history());
    Run.Times times = run.times();
    return with(
        run,
        to,
        new Run.Times(times.created(), now, times.started(), null, now),
        run.lease().over(history),
        run.result(),
        now);
  }

  private static Run owned(Run run, Started to, Instant now) {
    Run.Times times = run.times();
    if (run.state() instanceof Started before && !before.equals(to)) { // the cancel mark is new
      return with(run, to, times, run.lease(), run.result(), now);
    }
    Instant started = times.started() == null ? now : times.started();
    return with(
        run,
        to,
        new Run.Times(times.created(), times.queued(), started, null, now),
        new Run.Lease(now.plus(LEASE), run.lease().history()),
        run.result(),
        now);
  }

  private static Run with(
      Run run, RunState state, Run.Times times, Run.Lease lease, Run.Result result, Instant now) {
    return new Run(
        run.key(),
        run.origin(),
        state,
        new Run.Times(times.created(), times.queued(), times.started(), times.finished(), now),
        lease,
        result,
        run.lastSequence(),
        run.archived());
  }
}
