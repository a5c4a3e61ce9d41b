package io.slipway.identity.caller;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.VerifyToken;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a bearer token opens, by its audience: an ARM token ARM and Graph, a service token the
 * internal addresses of that service. Every other token opens nothing here.
 */
@ApplicationScoped
class BearerTokens implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer ";

  private final VerifyToken verifier;
  private final Settings settings;
  private final TokenRoles roles;

  BearerTokens(VerifyToken verifier, Settings settings) {
    this.verifier = verifier;
    this.settings = settings;
    this.roles = new TokenRoles(Map.of(settings.armResource(), Caller.ARM));
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviderManager) {
    String header = context.request().getHeader("Authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().nullItem();
    }
    return verifier
        .verify(header.substring(SCHEME.length()).strip())
        .map(this::identity)
        .onFailure(InvalidTokenException.class)
        .transform(AuthenticationFailedException::new);
  }

  private SecurityIdentity identity(VerifiedToken token) {
    try {
      String role = roles.role(List.of(token.audience()), token.claims()::get);
      UUID principalId =
          UUID.fromString(TokenRoles.claim(Caller.PRINCIPAL_ID, token.claims()::get));
      return QuarkusSecurityIdentity.builder()
          .setPrincipal(new QuarkusPrincipal(token.subject()))
          .addRole(role)
          .addAttribute(Caller.PRINCIPAL_ID, principalId)
          .build();
    } catch (TokenRefusedException refused) {
      throw new AuthenticationFailedException(refused);
    }
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom()
        .item(
            new ChallengeData(
                HttpResponseStatus.UNAUTHORIZED.code(),
                "WWW-Authenticate",
                "Bearer authorization_uri=\"" + settings.issuer() + "\""));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}
