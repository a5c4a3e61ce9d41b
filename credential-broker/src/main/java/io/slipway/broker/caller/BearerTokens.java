package io.slipway.broker.caller;

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
import java.util.regex.Pattern;

/**
 * What a bearer token opens: a run token leases and secrets, a service token the internal endpoints
 * of that service. A token for another audience opens nothing. Never leaves the event loop: a token
 * that was verified before is known, and another is verified here.
 */
@ApplicationScoped
class BearerTokens implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer ";
  private static final TokenRoles ROLES = new TokenRoles(Map.of());
  private static final Pattern RUN_TOKEN = Pattern.compile("srt_[A-Za-z0-9_-]{43}");

  private final TokenVerifier verifier;

  BearerTokens(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviderManager) {
    String header = context.request().getHeader("Authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Uni.createFrom().nullItem();
    }
    String token = header.substring(SCHEME.length()).strip();
    return RUN_TOKEN.matcher(token).matches()
        ? Uni.createFrom().item(() -> run(token))
        : ReactiveHttp.onOwnContext(() -> verifier.verify(token))
            .map(BearerTokens::service)
            .onFailure(failure -> !(failure instanceof AuthenticationFailedException))
            .transform(AuthenticationFailedException::new);
  }

  /** A run token says nothing by itself: each endpoint that takes one asks task-api what it is. */
  private static SecurityIdentity run(String token) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(Caller.RUN))
        .addRole(Caller.RUN)
        .addAttribute(Caller.RUN_TOKEN, token)
        .build();
  }

  private static SecurityIdentity service(VerifiedToken token) {
    try {
      return QuarkusSecurityIdentity.builder()
          .setPrincipal(new QuarkusPrincipal(token.subject()))
          .addRole(ROLES.role(List.of(token.audience()), token.claims()::get))
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
