package io.slipway.identity.client.jwt;

import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An issuer with a key of each kind. */
final class Issuer {
  static final String NAME = "https://issuer/adfs";
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  final RsaJsonWebKey rsa;
  final EllipticCurveJsonWebKey ec;

  Issuer() {
    try {
      rsa = RsaJwkGenerator.generateJwk(2048);
      rsa.setKeyId("rsa");
      ec = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      ec.setKeyId("ec");
    } catch (JoseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  String keys(JsonWebKey... published) {
    return new JsonWebKeySet(List.of(published)).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }

  static JwtClaims claims(String audience, Duration life) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(NAME);
    claims.setSubject("somebody");
    claims.setAudience(audience);
    claims.setNotBefore(NumericDate.fromSeconds(START.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(START.plus(life).getEpochSecond()));
    return claims;
  }

  static String signed(JwtClaims claims, String algorithm, Key key, Map<String, Object> header) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue(algorithm);
    header.forEach((name, value) -> signature.getHeaders().setObjectHeaderValue(name, value));
    signature.setKey(key);
    try {
      return signature.getCompactSerialization();
    } catch (JoseException failed) {
      throw new IllegalStateException(failed);
    }
  }

  String rs256(JwtClaims claims) {
    return signed(claims, "RS256", rsa.getPrivateKey(), Map.of("kid", "rsa"));
  }

  String es256(JwtClaims claims) {
    return signed(claims, "ES256", ec.getPrivateKey(), Map.of("kid", "ec"));
  }
}
