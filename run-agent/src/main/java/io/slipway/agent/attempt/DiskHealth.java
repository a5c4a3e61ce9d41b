package io.slipway.agent.attempt;

import io.slipway.agent.config.AgentConfig;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** An agent without room on its disk is not ready: it ends the runs that it takes. */
@Readiness
@ApplicationScoped
class DiskHealth implements HealthCheck {
  private final DataFolder folder;
  private final long reserve;

  DiskHealth(DataFolder folder, AgentConfig config) {
    this.folder = folder;
    this.reserve = config.agent().diskReserve();
  }

  @Override
  public HealthCheckResponse call() {
    long free = folder.freeBytes();
    return HealthCheckResponse.named("disk")
        .status(free > 0 && free >= reserve)
        .withData("free", free)
        .withData("reserve", reserve)
        .build();
  }
}
