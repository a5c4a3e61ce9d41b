package io.slipway.taskapi.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives a verified token its role: an ARM token opens the management API, a service token the
 * internal endpoints of that service. A token for another audience opens nothing.
 */
@ApplicationScoped
class GrantTokenRole implements SecurityIdentityAugmentor {
  private final TokenRoles roles;

  GrantTokenRole(@ConfigProperty(name = "slipway.arm-resource") String armResource) {
    this.roles = new TokenRoles(Map.of(armResource, Caller.ARM));
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
    try {
      String role = roles.role(token.getAudience(), token::getClaim);
      String principalId =
          role.equals(Caller.ARM) ? TokenRoles.claim(Caller.PRINCIPAL_ID, token::getClaim) : "";
      // Built anew: a "groups" claim must not bring roles of its own.
      return QuarkusSecurityIdentity.builder()
          .setPrincipal(identity.getPrincipal())
          .addCredentials(identity.getCredentials())
          .addRole(role)
          .addAttribute(Caller.PRINCIPAL_ID, principalId)
          .build();
    } catch (TokenRefusedException refused) {
      throw new AuthenticationFailedException(refused);
    }
  }
}
