package io.slipway.taskapi.run.course;

import io.slipway.contract.Causation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What started a run.
 *
 * @param kind {@code Manual}, {@code Event} or {@code Timer}
 * @param timer null unless a timer did
 * @param request the event that asked for it; null unless one did, and of runs of earlier versions
 */
public record RunTrigger(String kind, @Nullable Timer timer, @Nullable Causation request) {
  /** A call, or a task run. */
  public static final RunTrigger MANUAL = new RunTrigger("Manual", null, null);

  /**
   * A timer, as it is stored and shown.
   *
   * @param timerTriggerName its name
   * @param scheduleOccurrence when it was due
   */
  public record Timer(String timerTriggerName, Instant scheduleOccurrence) {}

  /** A request by event. */
  public static RunTrigger event(Causation request) {
    return new RunTrigger("Event", null, request);
  }

  /** A timer of the task. */
  public static RunTrigger timer(String name, Instant occurrence) {
    return new RunTrigger("Timer", new Timer(name, occurrence), null);
  }
}
