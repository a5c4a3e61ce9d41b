package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.stream.DoubleStream;

/** Timers of what takes between milliseconds and an hour; their buckets add up over instances. */
@ApplicationScoped
class Durations {
  private static final double[] SECONDS = {
    .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600
  };
  private static final Duration[] BUCKETS =
      DoubleStream.of(SECONDS)
          .mapToObj(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
          .toArray(Duration[]::new);

  /** No run is as long as that; a clock that is wrong may say so. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private final MeterRegistry meters;

  Durations(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Clocks of several machines may disagree: no time is shorter than none. */
  void record(String name, String description, Tags tags, Duration took) {
    Timer.builder(name)
        .description(description)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(meters)
        .record(took.isNegative() ? Duration.ZERO : took.compareTo(LONGEST) > 0 ? LONGEST : took);
  }
}
