package io.slipway.broker.lease;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.broker.BrokerException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts and times leases: {@code slipway_leases_total}, {@code slipway_lease_seconds}. */
@ApplicationScoped
class LeaseMetrics {
  private final MeterRegistry registry;

  LeaseMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  <T> Uni<T> timed(Supplier<Uni<T>> lending) {
    return Uni.createFrom()
        .deferred(() -> {
          Timer.Sample sample = Timer.start(registry);
          return lending.get().onItemOrFailure().invoke((lease, failure) -> count(sample, failure));
        });
  }

  private void count(Timer.Sample sample, @Nullable Throwable failure) {
    sample.stop(registry.timer("slipway.lease"));
    registry.counter("slipway.leases", "result", result(failure)).increment();
  }

  private static String result(@Nullable Throwable failure) {
    if (failure == null) {
      return "Issued";
    }
    return failure instanceof BrokerException known ? known.code() : "InternalServerError";
  }
}
