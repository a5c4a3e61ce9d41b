package io.slipway.identity.client.jwt;

import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Checks a token of one issuer: by one of the issuer's own keys ({@code jku}, {@code x5u} and
 * {@code jwk} of a token mean nothing), with the algorithm of its audience, with {@code iss},
 * {@code exp}, {@code sub} and one {@code aud}, within its time. Pure.
 */
public final class TokenCheck {
  private static final int LONGEST = 16 * 1024;

  private final String issuer;
  private final Duration skew;

  /**
   * A check of an issuer's tokens.
   *
   * @param skew by how much the issuer's clock may differ from this one
   */
  public TokenCheck(String issuer, Duration skew) {
    this.issuer = issuer;
    this.skew = skew;
  }

  /**
   * The claims.
   *
   * @param keys the keys that verify now, by their names
   * @throws InvalidTokenException if it is not to be trusted
   * @throws UnknownKeyException if it names a key that is not known
   */
  VerifiedToken check(String token, Function<String, Optional<PublicKey>> keys, Instant now) {
    if (token.length() > LONGEST) {
      throw new InvalidTokenException("too long");
    }
    try {
      return verified(consumer(keys, now).process(token));
    } catch (InvalidJwtException invalid) {
      if (invalid.getCause() instanceof UnresolvableKeyException) {
        throw new UnknownKeyException();
      }
      throw new InvalidTokenException(
          invalid.hasErrorCode(ErrorCodes.EXPIRED) ? "expired" : "not a valid token");
    } catch (MalformedClaimException | JoseException malformed) {
      throw new InvalidTokenException("not a valid token");
    }
  }

  private JwtConsumer consumer(Function<String, Optional<PublicKey>> keys, Instant now) {
    return new JwtConsumerBuilder()
        .setJwsProviderContext(SignatureLibrary.providers())
        .setJwsAlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
        .setVerificationKeyResolver((signature, nesting) -> resolve(signature, keys))
        .setExpectedIssuer(issuer)
        .setRequireExpirationTime()
        .setRequireSubject()
        .setSkipDefaultAudienceValidation() // there must be one, see below; whose, the doors decide
        .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
        .setAllowedClockSkewInSeconds((int) skew.toSeconds())
        .build();
  }

  private static Key resolve(JsonWebSignature signature, Function<String, Optional<PublicKey>> keys)
      throws UnresolvableKeyException {
    String kid = signature.getKeyIdHeaderValue();
    if (kid == null) {
      throw new UnresolvableKeyException("no kid");
    }
    return keys.apply(kid).orElseThrow(() -> new UnresolvableKeyException("unknown kid"));
  }

  private static VerifiedToken verified(JwtContext context)
      throws MalformedClaimException, JoseException {
    JwtClaims claims = context.getJwtClaims();
    List<String> audience = claims.getAudience();
    if (audience == null || audience.size() != 1) {
      throw new InvalidTokenException("a token must have one audience");
    }
    List<JsonWebStructure> signatures = context.getJoseObjects();
    String only = audience.getFirst();
    JsonWebStructure signature = signatures.getFirst();
    // One algorithm per kind of token: a key of one kind must not speak for the other.
    if (signatures.size() != 1
        || !TokenAlgorithm.of(only).name().equals(signature.getAlgorithmHeaderValue())) {
      throw new InvalidTokenException("not a valid token");
    }
    return new VerifiedToken(
        only,
        claims.getSubject(),
        Instant.ofEpochSecond(claims.getExpirationTime().getValue()),
        signature.getKeyIdHeaderValue(),
        claims.getClaimsMap());
  }
}
