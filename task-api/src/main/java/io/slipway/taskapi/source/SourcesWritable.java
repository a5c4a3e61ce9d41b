package io.slipway.taskapi.source;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * An instance that cannot write uploads, because its mount is gone or read-only, gets none. One
 * whose disk is full does: that disk is all instances', and what needs none of it goes on.
 */
@Readiness
@ApplicationScoped
class SourcesWritable implements HealthCheck {
  private final SourceFiles files;

  SourcesWritable(SourceFiles files) {
    this.files = files;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("folder of uploads").status(files.canWrite()).build();
  }
}
