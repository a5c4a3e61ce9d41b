package io.slipway.taskapi.event;

import java.time.Duration;

/**
 * How often batches may begin. A few may follow each other at once; a long row of them is spread
 * out, so that under load each is as large as what has come meanwhile.
 */
final class Pace {
  private final long spacing;
  private final long slack;
  private long due = Long.MIN_VALUE;

  /**
   * @param atOnce batches that may follow each other without a pause
   * @param spacing time between batches after those
   */
  Pace(int atOnce, Duration spacing) {
    this.spacing = spacing.toNanos();
    this.slack = (atOnce - 1) * this.spacing;
  }

  /**
   * How long the next batch has to wait; 0 if it may begin.
   *
   * @param now nanoseconds of a clock that never goes back
   */
  long pause(long now) {
    return due == Long.MIN_VALUE ? 0 : Math.max(0, due - slack - now);
  }

  /** Says that a batch begins. */
  void begin(long now) {
    due = (due == Long.MIN_VALUE ? now : Math.max(due, now)) + spacing;
  }
}
