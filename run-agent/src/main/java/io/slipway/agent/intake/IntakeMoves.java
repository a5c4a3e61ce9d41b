package io.slipway.agent.intake;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** An agent that takes no runs, though it could, is not ready. */
@Readiness
@ApplicationScoped
class IntakeMoves implements HealthCheck {
  private final RunQueue queue;

  IntakeMoves(RunQueue queue) {
    this.queue = queue;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("intake of runs").status(queue.isMoving()).build();
  }
}
