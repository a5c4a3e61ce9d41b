package io.slipway.taskapi.timer;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.leader.WaitingRows;
import io.slipway.taskapi.request.StartTriggeredRun;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Starts the runs of timers whose time has come, by the database's clock. The run comes first and
 * is then remembered: whoever dies in between has it done again with the same key, which is the
 * same run. What can't be started leaves the others alone, and the timer shows why.
 */
@ApplicationScoped
public class FireTimers {
  private static final int PIECE = 100;

  private static final Duration LEAST_CATCH_UP = Duration.ofMinutes(1);

  /** Much less than the keys of requests are remembered. */
  private static final Duration MOST_CATCH_UP = Duration.ofDays(7);

  private final WaitingRows waiting;
  private final ReadTimers readTimers;
  private final TimerRows rows;
  private final StartTriggeredRun start;
  private final Duration catchUp;

  FireTimers(
      WaitingRows waiting,
      ReadTimers readTimers,
      TimerRows rows,
      StartTriggeredRun start,
      @ConfigProperty(name = "slipway.timers.catch-up", defaultValue = "PT10M") Duration catchUp) {
    if (catchUp.compareTo(LEAST_CATCH_UP) < 0 || catchUp.compareTo(MOST_CATCH_UP) > 0) {
      throw new IllegalArgumentException(
          "slipway.timers.catch-up is %s, must be from %s to %s"
              .formatted(catchUp, LEAST_CATCH_UP, MOST_CATCH_UP));
    }
    this.waiting = waiting;
    this.readTimers = readTimers;
    this.rows = rows;
    this.start = start;
    this.catchUp = catchUp;
  }

  /** One sweep, on the instance that leads. */
  @Scheduled(
      every = "${slipway.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of("The search for timers", readTimers.read(catchUp).chain(() -> fire()));
  }

  private Uni<Void> fire() {
    return waiting.atOnce(PIECE, rows::due, this::fire);
  }

  private Uni<Void> fire(DueTimer due) {
    if (due.isMissed(catchUp)) {
      Log.warnf("Timer %s of task %s was missed", due.key(), due.task());
      return rows.done(due, due.missed(catchUp));
    }
    StartTriggeredRun.Fired fired =
        new StartTriggeredRun.Fired(
            due.registry(),
            due.task(),
            due.taskUid(),
            RunTrigger.timer(due.state().name(), due.occurrence()),
            due.key());
    return start
        .start(fired, triggers -> isStill(due, triggers))
        .map(outcome ->
            switch (outcome) {
              case StartTriggeredRun.Started started -> due.started(started.run().key().runId());
              case StartTriggeredRun.Refused refused -> due.refused(refused.why());
              case StartTriggeredRun.Later later -> due.postponed(later.why());
            })
        .chain(after -> rows.done(due, after));
  }

  private static boolean isStill(DueTimer due, Triggers triggers) {
    return triggers.timerTriggers().stream()
        .anyMatch(timer ->
            timer.name().equals(due.state().name())
                && timer.isEnabled()
                && due.state().isOf(timer));
  }
}
