package io.slipway.bench.measure;

import java.time.Duration;

/** Says on the error output what is measured now: a benchmark takes minutes. */
public final class Progress {
  private static final long BEGUN = System.nanoTime();

  private Progress() {}

  /** Prints a line with the time since the beginning. */
  public static void say(String phase) {
    long seconds = Duration.ofNanos(System.nanoTime() - BEGUN).toSeconds();
    System.err.printf("[%d:%02d] %s%n", seconds / 60, seconds % 60, phase);
  }
}
