package io.slipway.identity.token;

import io.slipway.identity.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Key;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Checks tokens of this issuer: RS256 only, by one of our own keys ({@code jku}, {@code x5u} and
 * {@code jwk} of a token mean nothing), our {@code iss}, with {@code exp}, {@code sub} and one
 * {@code aud}, within their time.
 */
@ApplicationScoped
public class TokenVerifier {
  private static final int LONGEST = 16 * 1024;
  private static final int SKEW_SECONDS = 5;

  private final SigningKeys keys;
  private final Settings settings;
  private final InstantSource clock;

  TokenVerifier(SigningKeys keys, Settings settings, InstantSource clock) {
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
  }

  /** The claims of the token; fails with {@link InvalidTokenException}. */
  public Uni<VerifiedToken> verify(String token) {
    return Uni.createFrom()
        .item(() -> check(token))
        .onFailure(UnknownKeyException.class)
        .recoverWithUni(() -> verifyWithFreshKeys(token));
  }

  /** Another instance may have made a key that this one has not read yet. */
  private Uni<VerifiedToken> verifyWithFreshKeys(String token) {
    return keys.reloadForUnknown()
        .map(done -> check(token))
        .onFailure(UnknownKeyException.class)
        .transform(unknown -> new InvalidTokenException("signed by an unknown key"));
  }

  private VerifiedToken check(String token) {
    if (token.length() > LONGEST) {
      throw new InvalidTokenException("too long");
    }
    try {
      return verified(consumer().processToClaims(token));
    } catch (InvalidJwtException invalid) {
      if (invalid.getCause() instanceof UnresolvableKeyException) {
        throw new UnknownKeyException();
      }
      throw new InvalidTokenException(
          invalid.hasErrorCode(ErrorCodes.EXPIRED) ? "expired" : "not a valid token");
    } catch (MalformedClaimException malformed) {
      throw new InvalidTokenException("not a valid token");
    }
  }

  private JwtConsumer consumer() {
    return new JwtConsumerBuilder()
        .setJwsAlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
        .setVerificationKeyResolver(this::resolve)
        .setExpectedIssuer(settings.issuer())
        .setRequireExpirationTime()
        .setRequireSubject()
        .setSkipDefaultAudienceValidation() // there must be one, see below; whose, the doors decide
        .setEvaluationTime(NumericDate.fromSeconds(clock.instant().getEpochSecond()))
        .setAllowedClockSkewInSeconds(SKEW_SECONDS)
        .build();
  }

  private Key resolve(JsonWebSignature signature, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    String kid = signature.getKeyIdHeaderValue();
    if (kid == null) {
      throw new UnresolvableKeyException("no kid");
    }
    return keys.verifier(kid)
        .orElseThrow(() -> new UnresolvableKeyException("unknown kid"))
        .publicKey();
  }

  private static VerifiedToken verified(JwtClaims claims) throws MalformedClaimException {
    List<String> audience = claims.getAudience();
    if (audience == null || audience.size() != 1) {
      throw new InvalidTokenException("a token must have one audience");
    }
    return new VerifiedToken(
        audience.getFirst(),
        claims.getSubject(),
        Instant.ofEpochSecond(claims.getExpirationTime().getValue()),
        claims.getClaimsMap());
  }

  private static final class UnknownKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
