package io.slipway.agent.step;

import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerEngine.Probe;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * An agent whose machine lacks what steps need is not ready, and says what that is. It is looked at
 * again every minute, beside those who ask, because that takes seconds; what came with the machine
 * and works is not.
 */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final ContainerEngine engine;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile List<Probe> missing = List.of();
  private volatile long askedNanos = System.nanoTime();

  EngineHealth(ContainerEngine engine) {
    this.engine = engine;
  }

  /** What was found just now. */
  void found(List<Probe> probes) {
    missing = probes.stream().filter(probe -> probe.required() && !probe.works()).toList();
    askedNanos = System.nanoTime();
  }

  @Override
  public HealthCheckResponse call() {
    if (System.nanoTime() - askedNanos > AGAIN.toNanos() && mayChange()) {
      askAgain();
    }
    List<Probe> known = missing;
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("engine " + engine.name()).status(known.isEmpty());
    known.forEach(probe -> answer.withData(probe.subject(), probe.detail()));
    return answer.build();
  }

  private boolean mayChange() {
    return !missing.isEmpty() || engine.name().equals("docker");
  }

  private void askAgain() {
    if (asking.compareAndSet(false, true)) {
      Thread unused =
          Thread.ofVirtual()
              .name("engine-health")
              .start(() -> {
                try {
                  found(engine.probes());
                } finally {
                  asking.set(false);
                }
              });
    }
  }
}
