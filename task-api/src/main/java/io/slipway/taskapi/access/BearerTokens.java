package io.slipway.taskapi.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a bearer token opens: an ARM token the management API, a service token the internal
 * endpoints of that service. A token for another audience opens nothing. Never leaves the event
 * loop: a token that was verified before is known, and another is verified here.
 */
@ApplicationScoped
class BearerTokens implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer ";

  private final TokenVerifier verifier;
  private final TokenRoles roles;

  BearerTokens(
      TokenVerifier verifier, @ConfigProperty(name = "slipway.arm-resource") String armResource) {
    this.verifier = verifier;
    this.roles = new TokenRoles(Map.of(armResource, Caller.ARM));
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviderManager) {
    String header = context.request().getHeader("Authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().nullItem();
    }
    String token = header.substring(SCHEME.length()).strip();
    return ReactiveHttp.onOwnContext(() -> verifier.verify(token))
        .map(this::identity)
        .onFailure(failure -> !(failure instanceof AuthenticationFailedException))
        .transform(AuthenticationFailedException::new);
  }

  private SecurityIdentity identity(VerifiedToken token) {
    try {
      String role = roles.role(List.of(token.audience()), token.claims()::get);
      String principalId =
          role.equals(Caller.ARM) ? TokenRoles.claim(Caller.PRINCIPAL_ID, token.claims()::get) : "";
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
                HttpResponseStatus.UNAUTHORIZED.code(), "WWW-Authenticate", SCHEME.strip()));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}
