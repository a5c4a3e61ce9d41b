package io.slipway.identity.token;

import io.slipway.identity.settings.Settings;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Signs tokens, RS256, with the key that signs now. */
@ApplicationScoped
public class TokenIssuer {
  private final SigningKeys keys;
  private final Settings settings;
  private final InstantSource clock;
  private final TokenMetrics metrics;

  TokenIssuer(SigningKeys keys, Settings settings, InstantSource clock, TokenMetrics metrics) {
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
  }

  public IssuedToken issue(TokenRequest request) {
    return metrics.timed(request.kind(), () -> sign(request));
  }

  private IssuedToken sign(TokenRequest request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.plus(request.life());
    Map<String, Object> claims = new LinkedHashMap<>(request.claims());
    claims.put("iss", settings.issuer());
    claims.put("sub", request.subject());
    claims.put("aud", request.audience());
    claims.put("iat", now.getEpochSecond());
    claims.put("nbf", now.getEpochSecond());
    claims.put("exp", end.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    SigningKey key = keys.signer();
    JwtClaimsBuilder builder = Jwt.claims(claims);
    String token =
        builder.jws().keyId(key.times().kid()).header("typ", "JWT").sign(key.privateKey());
    return new IssuedToken(token, now, end);
  }
}
