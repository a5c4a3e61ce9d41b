package io.slipway.taskapi.timer;

import io.slipway.taskapi.definition.Triggers;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a timer of a task stands.
 *
 * @param name its name
 * @param schedule cron expression for which the rest holds
 * @param timeZone time zone that the expression is meant in, or null for UTC
 * @param occurrence when it is due next, or null if it is not
 * @param last what became of the last time, or null if there was none
 */
public record TimerState(
    String name,
    String schedule,
    @Nullable String timeZone,
    @Nullable Instant occurrence,
    @Nullable Last last) {
  /**
   * What became of a time.
   *
   * @param occurrence that time, or null if the schedule of a task of an earlier version is none
   * @param runId run that it started, or null
   * @param problem why it started none, or null
   */
  public record Last(
      @Nullable Instant occurrence, @Nullable String runId, @Nullable String problem) {}

  /** Whether it is about this timer, and not about one that had its name before. */
  public boolean isOf(Triggers.Timer timer) {
    return schedule.equals(timer.schedule()) && Objects.equals(timeZone, timer.timeZone());
  }
}
