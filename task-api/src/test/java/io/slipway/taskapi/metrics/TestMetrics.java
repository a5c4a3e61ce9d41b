package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.MeterRegistry;

/** Metrics for tests of other packages. */
public final class TestMetrics {

  private TestMetrics() {}

  public static RunMetrics of(MeterRegistry meters) {
    return new RunMetrics(meters, new BoundedCounters(meters, 100), new Durations(meters));
  }
}
