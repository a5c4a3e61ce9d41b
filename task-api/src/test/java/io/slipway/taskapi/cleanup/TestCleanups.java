package io.slipway.taskapi.cleanup;

import java.time.InstantSource;

/** Cleanups for tests of other packages. */
public final class TestCleanups {

  private TestCleanups() {}

  /** What is written into a ledger at that time. */
  public static Cleanups of(InstantSource clock) {
    return new Cleanups(clock);
  }
}
