package io.slipway.taskapi.agent;

import java.time.Duration;

/**
 * When whoever asked no longer waits for the answer, by this machine's monotonic clock.
 *
 * @param atNanos in terms of {@link System#nanoTime}
 */
record Deadline(long atNanos) {
  /** So long from now. */
  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left, negative when it is over. */
  Duration left() {
    return Duration.ofNanos(atNanos - System.nanoTime());
  }

  boolean isOver() {
    return System.nanoTime() - atNanos >= 0;
  }
}
