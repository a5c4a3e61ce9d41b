package io.slipway.registry.auth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;

/**
 * Checks access tokens: RS256 by a key of the issuer, found by its id; issuer, audience (this login
 * server), end and beginning. Blocks when keys must be fetched.
 */
public final class TokenCheck {
  private static final long REFETCH_MILLIS = 60_000;

  private final HttpsJwksVerificationKeyResolver keys;
  private final String issuer;

  /** Checks with the keys at an address. */
  public TokenCheck(String jwksAddress, String issuer) {
    HttpsJwks jwks = new HttpsJwks(jwksAddress);
    // An unknown key id may be a new key or an attack: ask at most once a minute.
    jwks.setRefreshReprieveThreshold(REFETCH_MILLIS);
    jwks.setDefaultCacheDuration(600);
    this.keys = new HttpsJwksVerificationKeyResolver(jwks);
    this.issuer = issuer;
  }

  /** What the token opens at a login server; empty if it is not one of ours. */
  public Optional<Access> access(String token, String loginServer) {
    JwtConsumer consumer =
        new JwtConsumerBuilder()
            .setVerificationKeyResolver(keys)
            .setJwsAlgorithmConstraints(
                AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
            .setExpectedIssuer(issuer)
            .setExpectedAudience(loginServer)
            .setRequireExpirationTime()
            .setAllowedClockSkewInSeconds(10)
            .build();
    try {
      return granted(consumer.processToClaims(token));
    } catch (InvalidJwtException invalid) {
      return Optional.empty();
    }
  }

  /** A token without {@code access} is for something else, a refresh token for example. */
  private static Optional<Access> granted(JwtClaims claims) {
    if (!(claims.getClaimValue("access") instanceof List<?> list)) {
      return Optional.empty();
    }
    Map<String, Set<String>> granted = new HashMap<>();
    for (Object entry : list) {
      if (entry instanceof Map<?, ?> access && access.get("actions") instanceof List<?> actions) {
        granted.put(
            access.get("type") + ":" + access.get("name"),
            actions.stream().map(String::valueOf).collect(Collectors.toSet()));
      }
    }
    return Optional.of(new Access(granted));
  }
}
