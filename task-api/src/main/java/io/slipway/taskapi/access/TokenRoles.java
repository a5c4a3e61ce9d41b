package io.slipway.taskapi.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * What a verified token opens, by its audience: an ARM token the management API, a service token
 * the internal endpoints of that service. A token for another audience opens nothing.
 */
@ApplicationScoped
class TokenRoles implements SecurityIdentityAugmentor {
  private static final String INTERNAL = "slipway-internal";

  private final String armAudience;

  TokenRoles(@ConfigProperty(name = "slipway.arm-resource") String armResource) {
    this.armAudience = withoutSlash(armResource);
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    return identity.isAnonymous()
        ? Uni.createFrom().item(identity)
        : Uni.createFrom().item(() -> withRole(identity));
  }

  private SecurityIdentity withRole(SecurityIdentity identity) {
    if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
      throw new AuthenticationFailedException("not a token");
    }
    Set<String> audience = token.getAudience();
    if (audience == null || audience.size() != 1) {
      throw new AuthenticationFailedException("a token must have one audience");
    }
    String only = audience.iterator().next();
    if (only.equals(INTERNAL)) {
      return with(identity, claim(token, "appid"), "");
    }
    if (withoutSlash(only).equals(armAudience)) {
      return with(identity, Caller.ARM, claim(token, "oid"));
    }
    throw new AuthenticationFailedException("the token is for another audience");
  }

  private static SecurityIdentity with(SecurityIdentity identity, String role, String principalId) {
    // Built anew: a "groups" claim must not bring roles of its own.
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(identity.getPrincipal())
        .addCredentials(identity.getCredentials())
        .addRole(role)
        .addAttribute(Caller.PRINCIPAL_ID, principalId)
        .build();
  }

  private static String claim(JsonWebToken token, String name) {
    Object value = token.getClaim(name);
    if (value == null || value.toString().isBlank()) {
      throw new AuthenticationFailedException("the token has no claim " + name);
    }
    return value.toString();
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
