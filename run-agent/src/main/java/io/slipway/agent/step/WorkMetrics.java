package io.slipway.agent.step;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import io.slipway.builder.BuiltImage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What the work of steps takes: pushes of images, contexts, and what builds found in the cache. All
 * names are in docs/telemetry.md.
 */
@ApplicationScoped
@Startup // a counter that is there from the start shows its first increment
class WorkMetrics {
  private static final Duration[] BUCKETS =
      Stream.of("0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "300", "900")
          .map(seconds -> Duration.parse("PT" + seconds + "S"))
          .toArray(Duration[]::new);

  private final MeterRegistry meters;
  private final Counter cached;

  WorkMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.cached =
        Counter.builder("slipway.build.cached.steps")
            .description("Instructions of Dockerfiles that the cache had")
            .register(meters);
  }

  /** An image was pushed, with all tries, or was not. */
  void pushed(long begunNanos, boolean succeeded) {
    record("slipway.image.push", "Pushes of images", begunNanos, succeeded);
  }

  /** A context of a run was brought, or was not. */
  void fetched(long begunNanos, boolean succeeded) {
    record("slipway.context.fetch", "Fetches of contexts of runs", begunNanos, succeeded);
  }

  /** An image was built. */
  void built(BuiltImage image) {
    cached.increment(image.cachedSteps());
  }

  private void record(String name, String description, long begunNanos, boolean succeeded) {
    Timer.builder(name)
        .description(description)
        .tag("result", succeeded ? "ok" : "failed")
        .serviceLevelObjectives(BUCKETS)
        .register(meters)
        .record(Duration.ofNanos(System.nanoTime() - begunNanos));
  }
}
