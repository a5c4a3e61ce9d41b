package io.slipway.taskapi.support;

import java.time.Duration;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;

/** Waits for what comes by itself. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Eventually() {}

  /** Asks until the assertion holds. */
  public static void holds(Runnable assertion) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
        pause();
      }
    }
  }

  /** Asks until the answer is the expected one. */
  public static void equal(Object expected, Supplier<?> asked) {
    holds(() -> Assertions.assertThat(asked.get()).isEqualTo(expected));
  }

  static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
