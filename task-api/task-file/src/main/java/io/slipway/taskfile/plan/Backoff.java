package io.slipway.taskfile.plan;

import java.time.Duration;

/** The pause between tries of a push or a log-in: 250 ms doubled per try, at most 5 s. */
public final class Backoff {
  private static final long FIRST_MILLIS = 250;
  private static final long LONGEST_MILLIS = 5_000;
  private static final int MOST_DOUBLINGS = 10;

  private Backoff() {}

  /** Pause after a number of tries; none or fewer count as none. */
  public static Duration after(int tries) {
    int doublings = Math.min(Math.max(tries, 0), MOST_DOUBLINGS);
    return Duration.ofMillis(Math.min(FIRST_MILLIS << doublings, LONGEST_MILLIS));
  }
}
