package io.slipway.registry.auth;

import io.slipway.identity.client.Audience;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.registry.RegistryConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Admits task-api and no other caller. */
@ApplicationScoped
public class ServiceCaller {
  private static final String TASK_API = "slipway-task-api";
  private static final TokenRoles ROLES = new TokenRoles(Audience.REGISTRY, Map.of());

  private final InstantSource clock;
  private volatile @Nullable ShownTokens tokens;

  ServiceCaller(InstantSource clock) {
    this.clock = clock;
  }

  /** The refusal for a caller that may not; null for one that may. */
  public @Nullable Response refusal(@Nullable String authorization, RegistryConfig config) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return error(401, "AuthenticationFailed", "a service token is needed");
    }
    try {
      Optional<VerifiedToken> token = tokens(config).verified(authorization.substring(7));
      if (token.isPresent()) {
        String role = ROLES.role(List.of(token.get().audience()), token.get().claims()::get);
        return TASK_API.equals(role)
            ? null
            : error(403, "AuthorizationFailed", "only task-api may manage registries");
      }
    } catch (KeysUnavailableException away) {
      return error(503, "ServiceUnavailable", "the token cannot be checked now; try again");
    } catch (TokenRefusedException refused) {
      // It is as good as none.
    }
    return error(401, "AuthenticationFailed", "the token is not valid here");
  }

  private ShownTokens tokens(RegistryConfig config) {
    ShownTokens made = tokens;
    if (made == null) {
      made =
          new ShownTokens(
              config.identityUrl().orElseThrow() + "/adfs/discovery/keys",
              config.issuer().orElseThrow(),
              clock);
      tokens = made;
    }
    return made;
  }

  private static Response error(int status, String code, String message) {
    return Response.status(status)
        .entity(Map.of("error", Map.of("code", code, "message", message)))
        .build();
  }
}
