package io.slipway.broker.caller;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * What a verified token opens, by its audience: a run token the loans, a service token the internal
 * addresses of that service. Every other token opens nothing.
 */
@ApplicationScoped
class TokenRoles implements SecurityIdentityAugmentor {
  private static final String INTERNAL = "slipway-internal";
  private static final String RUN_AUDIENCE = "slipway-run";

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    return identity.isAnonymous()
        ? Uni.createFrom().item(identity)
        : Uni.createFrom().item(() -> withRole(identity));
  }

  private static SecurityIdentity withRole(SecurityIdentity identity) {
    if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
      throw new AuthenticationFailedException("not a token");
    }
    if (token.getExpirationTime() <= 0) {
      throw new AuthenticationFailedException("the token has no end");
    }
    Set<String> audience = token.getAudience();
    if (audience == null || audience.size() != 1) {
      throw new AuthenticationFailedException("a token must have one audience");
    }
    return switch (audience.iterator().next()) {
      case RUN_AUDIENCE -> with(identity, Caller.RUN);
      case INTERNAL -> with(identity, appId(token));
      default -> throw new AuthenticationFailedException("the token is for another audience");
    };
  }

  private static String appId(JsonWebToken token) {
    Object appId = token.getClaim("appid");
    // A client must not be able to be called like a role that is not a client's.
    if (appId == null || !appId.toString().startsWith("slipway-")) {
      throw new AuthenticationFailedException("the token does not say whose it is");
    }
    return appId.toString();
  }

  /** Built anew: a {@code groups} claim must not bring roles of its own. */
  private static SecurityIdentity with(SecurityIdentity identity, String role) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(identity.getPrincipal())
        .addCredentials(identity.getCredentials())
        .addRole(role)
        .build();
  }
}
