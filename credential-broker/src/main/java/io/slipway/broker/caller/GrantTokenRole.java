package io.slipway.broker.caller;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives a verified token its role: a run token opens leases and secrets, a service token the
 * internal endpoints of that service. A token for another audience opens nothing.
 */
@ApplicationScoped
class GrantTokenRole implements SecurityIdentityAugmentor {
  private static final TokenRoles ROLES = new TokenRoles(Map.of(Audience.RUN, Caller.RUN));

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
    try {
      // Built anew: a "groups" claim must not bring roles of its own.
      return QuarkusSecurityIdentity.builder()
          .setPrincipal(identity.getPrincipal())
          .addCredentials(identity.getCredentials())
          .addRole(ROLES.role(token.getAudience(), token::getClaim))
          .build();
    } catch (TokenRefusedException refused) {
      throw new AuthenticationFailedException(refused);
    }
  }
}
