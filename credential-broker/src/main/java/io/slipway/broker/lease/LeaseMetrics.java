package io.slipway.broker.lease;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.broker.BrokerException;
import io.slipway.broker.upstream.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts and times leases: {@code slipway_leases_total}, {@code slipway_lease_seconds}. */
@ApplicationScoped
class LeaseMetrics {
  private final MeterRegistry registry;
  private final Timer timer;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  LeaseMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.timer =
        Timer.builder("slipway.lease")
            .description("Time to lend a credential")
            .serviceLevelObjectives(
                Stream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new))
            .register(registry);
  }

  <T> Uni<T> timed(Supplier<Uni<T>> lending) {
    return Uni.createFrom()
        .deferred(() -> {
          Timer.Sample sample = Timer.start(registry);
          return lending
              .get()
              .onItemOrFailure()
              .invoke((lease, failure) -> {
                sample.stop(timer);
                count(failure);
              });
        });
  }

  /** Each of them took as long as all; one that is to be asked for alone is counted then. */
  <T> Uni<List<Outcome<Optional<T>>>> timedTogether(
      Supplier<Uni<List<Outcome<Optional<T>>>>> lending) {
    return Uni.createFrom()
        .deferred(() -> {
          long from = System.nanoTime();
          return lending
              .get()
              .invoke(outcomes -> {
                Duration took = Duration.ofNanos(System.nanoTime() - from);
                for (Outcome<Optional<T>> one : outcomes) {
                  if (one.failure() != null || one.result().isPresent()) {
                    timer.record(took);
                    count(one.failure());
                  }
                }
              });
        });
  }

  private void count(@Nullable Throwable failure) {
    counters
        .computeIfAbsent(
            result(failure), result -> registry.counter("slipway.leases", "result", result))
        .increment();
  }

  private static String result(@Nullable Throwable failure) {
    if (failure == null) {
      return "Issued";
    }
    return failure instanceof BrokerException known ? known.code() : "InternalServerError";
  }
}
