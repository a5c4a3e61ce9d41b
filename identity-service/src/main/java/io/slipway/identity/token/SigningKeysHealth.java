package io.slipway.identity.token;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Without keys in its hands the service can sign nothing, though its database may answer. */
@Readiness
@ApplicationScoped
class SigningKeysHealth implements HealthCheck {
  private final SigningKeys keys;

  SigningKeysHealth(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("signing keys").status(keys.areRead()).build();
  }
}
