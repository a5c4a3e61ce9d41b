package io.slipway.agent.intake;

import java.time.Duration;

/** Pauses that double from 50 ms to 1 s until something goes well. */
final class Backoff {
  private static final long SHORTEST = 50;
  private static final long LONGEST = 1_000;

  private long next = SHORTEST;

  /** The pause after one more failure. */
  Duration failed() {
    Duration pause = Duration.ofMillis(next);
    next = Math.min(LONGEST, next * 2);
    return pause;
  }

  /** The next pause is a short one again. */
  void succeeded() {
    next = SHORTEST;
  }
}
