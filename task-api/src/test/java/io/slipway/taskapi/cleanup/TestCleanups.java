package io.slipway.taskapi.cleanup;

import java.time.InstantSource;

/** Cleanups for tests of other packages. */
public final class TestCleanups {

  private TestCleanups() {}

  public static Cleanups of(InstantSource clock) {
    return new Cleanups(clock);
  }
}
