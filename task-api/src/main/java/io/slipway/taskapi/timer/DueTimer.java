package io.slipway.taskapi.timer;

import static java.util.Objects.requireNonNull;

import io.slipway.taskapi.definition.CronSchedule;
import io.slipway.taskapi.timer.TimerState.Last;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A timer whose time has come, and where it stands after what may become of that. Each time starts
 * one run: the next time counts from the one that is done, so that none is left out. Pure.
 *
 * @param taskUid its task
 * @param task name of the task
 * @param registry name of the task's registry
 * @param state where it stands; it has a next time
 * @param now time of the database
 */
record DueTimer(UUID taskUid, String task, String registry, TimerState state, Instant now) {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /**
   * Where it stands afterwards.
   *
   * @param dueAt when it is to be looked at again, or null for never
   */
  record After(@Nullable Instant occurrence, @Nullable Instant dueAt, Last last) {}

  /** The time that has come. */
  Instant occurrence() {
    return requireNonNull(state.occurrence());
  }

  /** Makes all attempts at one time one run. */
  String key() {
    return "timer/%s/%s/%s".formatted(taskUid, state.name(), occurrence());
  }

  /** Whether it comes too late: nobody could start its run for so long. */
  boolean isMissed(Duration catchUp) {
    return occurrence().isBefore(now.minus(catchUp));
  }

  After started(String runId) {
    return next(occurrence(), new Last(occurrence(), runId, null));
  }

  /** Its run was refused, and would be again. */
  After refused(String why) {
    return next(occurrence(), new Last(occurrence(), null, why));
  }

  /** Its run may be possible later. */
  After postponed(String why) {
    Last last = new Last(occurrence(), null, why + " It is tried again.");
    return new After(occurrence(), now.plus(PAUSE), last);
  }

  /** It is too late for its run, and for those of other times as old. */
  After missed(Duration catchUp) {
    Last before = state.last();
    String why = "The run was not started within " + catchUp + " (slipway.timers.catch-up).";
    if (before != null && occurrence().equals(before.occurrence())) {
      why += " Before that: " + before.problem();
    }
    return next(now.minus(catchUp).minusNanos(1), new Last(occurrence(), null, why));
  }

  private After next(Instant after, Last last) {
    try {
      Instant next = CronSchedule.of(state.schedule(), state.timeZone()).next(after).orElse(null);
      return new After(next, next, last);
    } catch (CronSchedule.Unreadable unreadable) {
      // It could be read when it was stored: a time zone was abolished since.
      String why = unreadable.property() + " " + unreadable.getMessage();
      return new After(null, null, new Last(last.occurrence(), last.runId(), why));
    }
  }
}
