package io.slipway.taskapi.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.bearer.BearerMechanism;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a bearer token opens: an ARM token the management API, a service token the internal
 * endpoints of that service. A token for another audience opens nothing. Never leaves the event
 * loop: a token that was verified before is known, and another is verified here.
 */
@ApplicationScoped
class BearerTokens extends BearerMechanism {
  private final TokenVerifier verifier;
  private final TokenRoles roles;

  BearerTokens(
      TokenVerifier verifier, @ConfigProperty(name = "slipway.arm-resource") String armResource) {
    this.verifier = verifier;
    this.roles = new TokenRoles(Audience.TASK_API, Map.of(armResource, Caller.ARM));
  }

  @Override
  protected Uni<SecurityIdentity> identify(String token) {
    return ReactiveHttp.onOwnContext(() -> verifier.verify(token))
        .onFailure()
        .transform(AuthenticationFailedException::new)
        .map(verified -> identity(verified, roles, BearerTokens::attributes));
  }

  private static Map<String, Object> attributes(String role, VerifiedToken token)
      throws TokenRefusedException {
    return role.equals(Caller.ARM)
        ? Map.of(Caller.PRINCIPAL_ID, TokenRoles.claim(Caller.PRINCIPAL_ID, token.claims()::get))
        : Map.of(Caller.PRINCIPAL_ID, "");
  }
}
