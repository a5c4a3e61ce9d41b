package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Counters with labels that people choose, such as names of tasks. Only those that were counted
 * last are kept: those of deleted tasks end some time, and begin at 0 if they ever come back.
 */
@ApplicationScoped
class BoundedCounters {
  private final MeterRegistry meters;
  private final int most;
  private final Map<Series, Counter> counters = new LinkedHashMap<>(16, 0.75f, true);

  private record Series(String name, Tags tags) {}

  BoundedCounters(
      MeterRegistry meters,
      @ConfigProperty(name = "slipway.metrics.most-series", defaultValue = "2000") int most) {
    this.meters = meters;
    this.most = most;
  }

  /** Counts one. */
  synchronized void increment(String name, Tags tags) {
    counters
        .computeIfAbsent(new Series(name, tags), series -> meters.counter(name, tags))
        .increment();
    if (counters.size() > most) {
      Map.Entry<Series, Counter> eldest = counters.entrySet().iterator().next();
      counters.remove(eldest.getKey());
      meters.remove(eldest.getValue());
    }
  }
}
