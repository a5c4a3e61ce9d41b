package io.slipway.identity.caller;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.bearer.BearerMechanism;
import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.VerifyToken;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;

/**
 * What a bearer token opens, by its audience: an ARM token ARM and Graph, a service token the
 * internal addresses of that service. Every other token opens nothing here.
 */
@ApplicationScoped
class BearerTokens extends BearerMechanism {
  private final VerifyToken verifier;
  private final Settings settings;
  private final TokenRoles roles;

  BearerTokens(VerifyToken verifier, Settings settings) {
    this.verifier = verifier;
    this.settings = settings;
    this.roles =
        new TokenRoles(Audience.IDENTITY_SERVICE, Map.of(settings.armResource(), Caller.ARM));
  }

  @Override
  protected Uni<SecurityIdentity> identify(String token) {
    return verifier
        .verify(token)
        .onFailure(InvalidTokenException.class)
        .transform(AuthenticationFailedException::new)
        .map(verified -> identity(verified, roles, BearerTokens::attributes));
  }

  private static Map<String, Object> attributes(String role, VerifiedToken token)
      throws TokenRefusedException {
    String principalId = TokenRoles.claim(Caller.PRINCIPAL_ID, token.claims()::get);
    return Map.of(Caller.PRINCIPAL_ID, UUID.fromString(principalId));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return challenge("Bearer authorization_uri=\"" + settings.issuer() + "\"");
  }
}
