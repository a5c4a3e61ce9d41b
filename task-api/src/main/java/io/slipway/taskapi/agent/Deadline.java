package io.slipway.taskapi.agent;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * When whoever asked no longer waits for the answer, by this machine's monotonic clock. That begins
 * when the question is read, which a process that was paused does long after it was sent: by then
 * whoever asked has hung up, so that ends the wait, too.
 *
 * @param atNanos in terms of {@link System#nanoTime}
 * @param hungUp whether the connection of whoever asked is closed
 */
record Deadline(long atNanos, BooleanSupplier hungUp) {
  /** So long from now. */
  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos(), () -> false);
  }

  /** The same, or sooner when whoever asked hangs up. */
  Deadline orWhen(BooleanSupplier closed) {
    return new Deadline(atNanos, closed);
  }

  /** What is left, negative when it is over. */
  Duration left() {
    return Duration.ofNanos(atNanos - System.nanoTime());
  }

  boolean isOver() {
    return System.nanoTime() - atNanos >= 0 || hungUp.getAsBoolean();
  }
}
