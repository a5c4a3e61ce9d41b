package io.slipway.taskapi.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class BoundedCountersTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final BoundedCounters counters = new BoundedCounters(meters, 100);

  @Test
  void shouldForgetTheTasksThatWereCountedLongestAgo() {
    for (int i = 0; i < 10_000; i++) {
      counters.increment("runs", Tags.of("task", "task" + i));
      counters.increment("runs", Tags.of("task", "always"));
    }

    assertThat(meters.getMeters()).hasSizeLessThanOrEqualTo(100);
    assertThat(meters.counter("runs", "task", "always").count()).isEqualTo(10_000);
  }
}
