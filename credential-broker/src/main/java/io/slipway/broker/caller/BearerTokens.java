package io.slipway.broker.caller;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.bearer.BearerMechanism;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/**
 * What a bearer token opens: a run token leases and secrets, a service token the internal endpoints
 * of that service. A token for another audience opens nothing. Never leaves the event loop: a token
 * that was verified before is known, and another is verified here.
 */
@ApplicationScoped
class BearerTokens extends BearerMechanism {
  private static final TokenRoles ROLES = new TokenRoles(Audience.BROKER, Map.of());

  private final TokenVerifier verifier;

  BearerTokens(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  protected Uni<SecurityIdentity> identify(String token) {
    return Caller.isRunToken(token)
        ? Uni.createFrom().item(() -> run(token))
        : ReactiveHttp.onOwnContext(() -> verifier.verify(token))
            .onFailure()
            .transform(AuthenticationFailedException::new)
            .map(verified -> identity(verified, ROLES, (role, claims) -> Map.of()));
  }

  /** A run token says nothing by itself: each endpoint that takes one asks task-api what it is. */
  private static SecurityIdentity run(String token) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(Caller.RUN))
        .addRole(Caller.RUN)
        .addAttribute(Caller.RUN_TOKEN, token)
        .build();
  }
}
