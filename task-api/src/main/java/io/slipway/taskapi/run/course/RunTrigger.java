package io.slipway.taskapi.run.course;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What started a run.
 *
 * @param kind {@code Manual}, {@code Event} or {@code Timer}
 * @param timer null unless a timer did
 */
public record RunTrigger(String kind, @Nullable Timer timer) {
  /** A call, or a task run. */
  public static final RunTrigger MANUAL = new RunTrigger("Manual", null);

  /** A request by event. */
  public static final RunTrigger EVENT = new RunTrigger("Event", null);

  /**
   * A timer, as it is stored and shown.
   *
   * @param timerTriggerName its name
   * @param scheduleOccurrence when it was due
   */
  public record Timer(String timerTriggerName, Instant scheduleOccurrence) {}

  /** A timer of the task. */
  public static RunTrigger timer(String name, Instant occurrence) {
    return new RunTrigger("Timer", new Timer(name, occurrence));
  }
}
