package io.slipway.agent.log;

import java.time.Duration;

/**
 * How long the lines of a log wait for others that come with them. A reader wants each line at
 * once, and the platform as few pieces as possible: most short runs are over before their first
 * piece is due, and then have a single one. The more runs there are, the longer lines wait.
 */
public final class FlushPace {
  private static final long FIRST_MILLIS = 20;
  private static final long NEXT_MILLIS = 30;
  private static final long MORE_MILLIS = 10;
  private static final long LONGEST_MILLIS = 200;

  private FlushPace() {}

  /**
   * Time between two pieces, or between the beginning of a run and its first.
   *
   * @param first whether it is the first
   * @param logs how many logs are open, this one too
   */
  public static Duration pause(boolean first, int logs) {
    long millis = (first ? FIRST_MILLIS : NEXT_MILLIS) + MORE_MILLIS * Math.max(0, logs - 1);
    return Duration.ofMillis(Math.min(LONGEST_MILLIS, millis));
  }
}
