package io.slipway.registry.auth;

import io.slipway.identity.client.Audience;
import io.slipway.identity.client.TokenRefusedException;
import io.slipway.identity.client.TokenRoles;
import io.slipway.registry.RegistryConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;

/** Admits task-api and no other caller. */
@ApplicationScoped
public class ServiceCaller {
  private static final String TASK_API = "slipway-task-api";
  private static final TokenRoles ROLES = new TokenRoles(Map.of());

  private volatile @Nullable JwtConsumer consumer;

  /** The refusal for a caller that may not; null for one that may. */
  public @Nullable Response refusal(@Nullable String authorization, RegistryConfig config) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return error(401, "AuthenticationFailed", "a service token is needed");
    }
    try {
      JwtClaims claims = consumer(config).processToClaims(authorization.substring(7));
      return TASK_API.equals(ROLES.role(claims.getAudience(), claims::getClaimValue))
          ? null
          : error(403, "AuthorizationFailed", "only task-api may manage registries");
    } catch (InvalidJwtException | MalformedClaimException | TokenRefusedException invalid) {
      return error(401, "AuthenticationFailed", "the token is not valid here");
    }
  }

  private JwtConsumer consumer(RegistryConfig config) {
    JwtConsumer made = consumer;
    if (made == null) {
      HttpsJwks jwks = new HttpsJwks(config.identityUrl().orElseThrow() + "/adfs/discovery/keys");
      jwks.setRefreshReprieveThreshold(60_000);
      made =
          new JwtConsumerBuilder()
              .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(jwks))
              .setJwsAlgorithmConstraints(
                  AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
              .setExpectedIssuer(config.issuer().orElseThrow())
              .setExpectedAudience(Audience.INTERNAL)
              .setRequireExpirationTime()
              .build();
      consumer = made;
    }
    return made;
  }

  private static Response error(int status, String code, String message) {
    return Response.status(status)
        .entity(Map.of("error", Map.of("code", code, "message", message)))
        .build();
  }
}
