package io.slipway.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What opens a login server, and what must not. */
class ShownTokensTest {
  private static final String ISSUER = "https://localhost:8443/adfs";
  private static final String SERVER = "127.0.0.1:8453";
  private static EllipticCurveJsonWebKey key;
  private static RsaJsonWebKey rsa;
  private static HttpServer jwks;
  private static ShownTokens check;

  @BeforeAll
  static void serveKeys() throws Exception {
    key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
    rsa = RsaJwkGenerator.generateJwk(2048);
    rsa.setKeyId("rsa");
    key.setKeyId("one");
    byte[] body = new JsonWebKeySet(key, rsa).toJson().getBytes(StandardCharsets.UTF_8);
    jwks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    jwks.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    jwks.start();
    check =
        new ShownTokens(
            "http://127.0.0.1:" + jwks.getAddress().getPort() + "/keys", ISSUER, Instant::now);
  }

  @AfterAll
  static void stop() {
    jwks.stop(0);
  }

  private static JwtClaims claims() {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(SERVER);
    claims.setSubject("somebody");
    claims.setExpirationTimeMinutesInTheFuture(5);
    claims.setClaim(
        "access", List.of(Map.of("type", "repository", "name", "a/b", "actions", List.of("pull"))));
    return claims;
  }

  private static String token(Consumer<JwtClaims> change, Consumer<JsonWebSignature> sign)
      throws Exception {
    JwtClaims claims = claims();
    change.accept(claims);
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    signature.setKeyIdHeaderValue("one");
    signature.setKey(key.getPrivateKey());
    sign.accept(signature);
    signature.setPayload(claims.toJson());
    return signature.getCompactSerialization();
  }

  @Test
  void shouldOpenWhatTheTokenNamesAndNothingElse() throws Exception {
    Access access = check.access(token(c -> {}, s -> {}), SERVER).orElseThrow();

    assertThat(access.allows("a/b", "pull")).isTrue();
    assertThat(access.allows("a/b", "push")).isFalse();
    assertThat(access.allows("a/c", "pull")).isFalse();
    assertThat(access.allowsCatalog()).isFalse();
  }

  @Test
  void rejectsTokensThatAreNotForThisDoor() throws Exception {
    assertThat(check.access(token(c -> c.setAudience("127.0.0.1:8454"), s -> {}), SERVER))
        .isEmpty();
    assertThat(check.access(token(c -> c.setIssuer("https://other"), s -> {}), SERVER)).isEmpty();
    assertThat(check.access(token(c -> c.unsetClaim("exp"), s -> {}), SERVER)).isEmpty();
    assertThat(check.access(token(c -> c.setExpirationTimeMinutesInTheFuture(-5), s -> {}), SERVER))
        .isEmpty();
    assertThat(check.access(token(c -> c.setNotBeforeMinutesInThePast(-5), s -> {}), SERVER))
        .isEmpty();
    assertThat(check.access(token(c -> c.unsetClaim("access"), s -> {}), SERVER)).isEmpty();
  }

  @Test
  void rejectsATokenThatHoldsNoLonger() throws Exception {
    String keys = "http://127.0.0.1:" + jwks.getAddress().getPort() + "/keys";
    ShownTokens ended =
        new ShownTokens(
            keys, ISSUER, Instant::now, token -> !token.text("run_uid").equals(Optional.of("r")));

    assertThat(ended.access(token(c -> c.setClaim("run_uid", "r"), s -> {}), SERVER)).isEmpty();
    assertThat(ended.access(token(c -> c.setClaim("run_uid", "s"), s -> {}), SERVER)).isPresent();
  }

  @Test
  void rejectsForgedSignatures() throws Exception {
    EllipticCurveJsonWebKey other = EcJwkGenerator.generateJwk(EllipticCurves.P256);
    assertThat(check.access(token(c -> {}, s -> s.setKey(other.getPrivateKey())), SERVER))
        .isEmpty();
    assertThat(check.access(token(c -> {}, s -> s.setKeyIdHeaderValue("two")), SERVER)).isEmpty();
    assertThat(
            check.access(
                token(
                    c -> {},
                    s -> {
                      s.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
                      s.setKeyIdHeaderValue("rsa");
                      s.setKey(rsa.getPrivateKey());
                    }),
                SERVER))
        .as("the issuer's key for another kind of token")
        .isEmpty();
    assertThat(
            check.access(
                token(
                    c -> {},
                    s -> {
                      s.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
                      s.setKey(new HmacKey(key.getPublicKey().getEncoded()));
                    }),
                SERVER))
        .isEmpty();
    assertThat(
            check.access(
                token(
                    c -> {},
                    s -> {
                      s.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
                      s.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
                      s.setKey(null);
                    }),
                SERVER))
        .isEmpty();
    assertThat(check.access("nonsense", SERVER)).isEmpty();
  }

  @Test
  void shouldNotCallATokenBadThatItCannotCheck() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    ShownTokens away =
        new ShownTokens("http://127.0.0.1:" + nobody + "/keys", ISSUER, Instant::now);
    String token = token(claims -> {}, signature -> {});

    assertThatThrownBy(() -> away.access(token, SERVER))
        .isInstanceOf(KeysUnavailableException.class);
  }
}
