package io.slipway.e2e;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * A class that failed is tried again when all others are over, and so after the last one, which
 * stops the platform: the second try is worth nothing without one.
 */
public final class StoppedPlatform implements TestExecutionListener {
  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    Platform.again();
  }
}
