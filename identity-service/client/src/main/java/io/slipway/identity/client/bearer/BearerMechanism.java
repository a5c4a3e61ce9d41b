package io.slipway.identity.client.bearer;

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
import io.slipway.identity.client.jwt.VerifiedToken;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bearer tokens (RFC 6750) at a service, which says by whom a token is and what it opens there. */
public abstract class BearerMechanism implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer";
  private static final String BEFORE_TOKEN = SCHEME + " ";

  /** What a service keeps of a caller besides subject and role. */
  @FunctionalInterface
  protected interface Attributes {
    /**
     * The attributes of the caller's identity by their names.
     *
     * @throws TokenRefusedException if the token lacks a claim
     */
    Map<String, Object> of(String role, VerifiedToken token) throws TokenRefusedException;
  }

  /** Who shows the token; fails with {@link AuthenticationFailedException} if it opens nothing. */
  protected abstract Uni<SecurityIdentity> identify(String token);

  /**
   * Whom a verified token stands for.
   *
   * @throws AuthenticationFailedException if it opens nothing here
   */
  protected static SecurityIdentity identity(
      VerifiedToken token, TokenRoles roles, Attributes attributes) {
    try {
      String role = roles.role(List.of(token.audience()), token.claims()::get);
      return QuarkusSecurityIdentity.builder()
          .setPrincipal(new QuarkusPrincipal(token.subject()))
          .addRole(role)
          .addAttributes(attributes.of(role, token))
          .build();
    } catch (TokenRefusedException refused) {
      throw new AuthenticationFailedException(refused);
    }
  }

  /** The answer 401 with this {@code WWW-Authenticate}. */
  protected static Uni<ChallengeData> challenge(String header) {
    return Uni.createFrom()
        .item(
            new ChallengeData(HttpResponseStatus.UNAUTHORIZED.code(), "WWW-Authenticate", header));
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identityProviderManager) {
    String header = context.request().getHeader("Authorization");
    return header == null || !header.regionMatches(true, 0, BEFORE_TOKEN, 0, BEFORE_TOKEN.length())
        ? Uni.createFrom().nullItem()
        : identify(header.substring(BEFORE_TOKEN.length()).strip());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return challenge(SCHEME);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}
