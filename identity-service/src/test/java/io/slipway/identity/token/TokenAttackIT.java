package io.slipway.identity.token;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.armToken;
import static io.slipway.identity.Doors.exchange;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.identityToken;
import static io.slipway.identity.Doors.protect;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.registryToken;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.slipway.identity.Doors;
import io.slipway.identity.IdentityTestResource;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeyFingerprint;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hamcrest.Matchers;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;

/** Forged, expired and misused tokens at every door that takes one (A03). */
@QuarkusTest
class TokenAttackIT {
  private static final String SERVICE = "127.0.0.1:8470";
  @Inject SigningKeys keys;

  /** What a token says, before somebody tampers with it. */
  private static JwtClaims claims(String audience) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(IdentityTestResource.ISSUER);
    claims.setSubject("00000000-0000-0000-0000-00000000abcd");
    claims.setAudience(audience);
    claims.setClaim("oid", "00000000-0000-0000-0000-00000000abcd");
    claims.setClaim("appid", "slipway-task-api");
    claims.setClaim("grant_type", "refresh_token");
    claims.setClaim("may_act_as", List.of("00000000-0000-0000-0000-00000000abcd"));
    claims.setIssuedAtToNow();
    claims.setNotBeforeMinutesInThePast(1);
    claims.setExpirationTimeMinutesInTheFuture(10);
    return claims;
  }

  private static String signed(JwtClaims claims, Key key, Map<String, Object> header)
      throws Exception {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue(key.getAlgorithm().equals("EC") ? "ES256" : "RS256");
    header.forEach((name, value) -> signature.getHeaders().setObjectHeaderValue(name, value));
    signature.setKey(key);
    return signature.getCompactSerialization();
  }

  private String genuine(JwtClaims claims) throws Exception {
    return signedAs(TokenAlgorithm.of(claims.getAudience().getFirst()), claims);
  }

  private String signedAs(TokenAlgorithm algorithm, JwtClaims claims) throws Exception {
    SigningKey key = keys.signer(algorithm);
    return signed(claims, key.privateKey(), Map.of("kid", key.times().kid()));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Every forgery of a token for an audience, by name. */
  private Map<String, String> forgeries(String audience) throws Exception {
    Map<String, String> forged = new LinkedHashMap<>();
    TokenAlgorithm algorithm = TokenAlgorithm.of(audience);
    SigningKey key = keys.signer(algorithm);
    String kid = key.times().kid();
    String body = base64(claims(audience).toJson());
    forged.put("alg none", base64("{\"alg\":\"none\",\"kid\":\"" + kid + "\"}") + "." + body + ".");
    forged.put("alg None", base64("{\"alg\":\"None\"}") + "." + body + ".");
    forged.put("HS256 with the public key", hmac(kid, body, key.publicKey().getEncoded()));
    forged.put(
        "HS256 with the certificate",
        hmac(
            kid,
            body,
            given().get("/oauth2/certificates").asString().getBytes(StandardCharsets.UTF_8)));

    JwtClaims noExpiry = claims(audience);
    noExpiry.unsetClaim("exp");
    forged.put("no exp", signedAs(algorithm, noExpiry));
    JwtClaims expired = claims(audience);
    expired.setExpirationTimeMinutesInTheFuture(-1);
    forged.put("expired", signedAs(algorithm, expired));
    JwtClaims early = claims(audience);
    early.setNotBeforeMinutesInThePast(-5);
    forged.put("not yet valid", signedAs(algorithm, early));
    JwtClaims elsewhere = claims(audience);
    elsewhere.setIssuer("https://elsewhere/adfs");
    forged.put("another issuer", signedAs(algorithm, elsewhere));
    JwtClaims nobody = claims(audience);
    nobody.unsetClaim("iss");
    forged.put("no issuer", signedAs(algorithm, nobody));
    JwtClaims two = claims(audience);
    two.setAudience(audience, "another");
    forged.put("two audiences", signedAs(algorithm, two));
    JwtClaims none = claims(audience);
    none.unsetClaim("aud");
    forged.put("no audience", signedAs(algorithm, none));

    TokenAlgorithm otherKind =
        algorithm == TokenAlgorithm.RS256 ? TokenAlgorithm.ES256 : TokenAlgorithm.RS256;
    forged.put("signed by our key of the other kind", signedAs(otherKind, claims(audience)));
    forged.put(
        "our key of the other kind under this kind's name",
        signed(claims(audience), keys.signer(otherKind).privateKey(), Map.of("kid", kid)));

    KeyPairGenerator generator = KeyPairGenerator.getInstance(key.publicKey().getAlgorithm());
    generator.initialize(algorithm == TokenAlgorithm.RS256 ? 2048 : 256);
    KeyPair mine = generator.generateKeyPair();
    Map<String, Object> embedded =
        JsonWebKey.Factory.newJwk(mine.getPublic())
            .toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    forged.put("own key, our kid", signed(claims(audience), mine.getPrivate(), Map.of("kid", kid)));
    forged.put(
        "own key, own kid",
        signed(
            claims(audience),
            mine.getPrivate(),
            Map.of("kid", KeyFingerprint.of(mine.getPublic()))));
    forged.put("own key, no kid", signed(claims(audience), mine.getPrivate(), Map.of()));
    forged.put(
        "own key in jwk",
        signed(claims(audience), mine.getPrivate(), Map.of("kid", kid, "jwk", embedded)));
    forged.put(
        "own key by jku",
        signed(
            claims(audience),
            mine.getPrivate(),
            Map.of("kid", "mine", "jku", "http://127.0.0.1:9/keys")));
    forged.put(
        "unknown crit",
        signed(
            claims(audience),
            key.privateKey(),
            Map.of("kid", kid, "crit", List.of("x"), "x", true)));
    String good = signedAs(algorithm, claims(audience));
    forged.put("signature cut", good.substring(0, good.length() - 4));
    forged.put("payload changed", swapPayload(good, claims(audience)));
    forged.put("nonsense", "x.y.z");
    forged.put("long", "a".repeat(20_000));
    return forged;
  }

  private static String swapPayload(String token, JwtClaims claims) {
    String[] parts = token.split("\\.");
    claims.setClaim("oid", "00000000-0000-0000-0000-00000000ffff");
    return parts[0] + "." + base64(claims.toJson()) + "." + parts[2];
  }

  private static String hmac(String kid, String body, byte[] key) throws Exception {
    String content = base64("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}") + "." + body;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] tag = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
  }

  @Test
  void rejectsForgeriesOfArmTokens() throws Exception {
    forgeries(IdentityTestResource.ARM)
        .forEach((name, token) -> {
          assertThat(with(token).get(Doors.GROUP + Doors.IDENTITIES).statusCode())
              .as(name)
              .isIn(401, 431);
          assertThat(with(token).get("/v1.0/users").statusCode()).as(name).isIn(401, 431);
          assertThat(exchange(token, SERVICE).extract().statusCode()).as(name).isEqualTo(401);
        });
  }

  @Test
  void rejectsForgeriesOfTokensForTheExchange() throws Exception {
    forgeries(Audience.REGISTRY_EXCHANGE)
        .forEach((name, token) ->
            assertThat(exchange(token, SERVICE).extract().statusCode()).as(name).isEqualTo(401));
  }

  @Test
  void rejectsForgeriesOfServiceTokens() throws Exception {
    // the genuine one opens, so that the others are refused for what is wrong with them
    with(genuine(claims(Audience.IDENTITY_SERVICE)))
        .body(Map.of("ids", List.of()))
        .post("/internal/identities/resolve")
        .then()
        .statusCode(200);
    forgeries(Audience.IDENTITY_SERVICE)
        .forEach((name, token) ->
            assertThat(
                    with(token)
                        .body(Map.of("ids", List.of()))
                        .post("/internal/identities/resolve")
                        .statusCode())
                .as(name)
                .isIn(401, 431));
  }

  /** Who receives a service's token must not be that service here. */
  @Test
  void rejectsServiceTokensForOtherServices() throws Exception {
    for (String receiver :
        List.of(Audience.TASK_API, Audience.BROKER, Audience.REGISTRY, "slipway-internal")) {
      with(genuine(claims(receiver)))
          .body(Map.of("ids", List.of()))
          .post("/internal/identities/resolve")
          .then()
          .statusCode(401);
    }
  }

  @Test
  void rejectsForgeriesOfActAsGrants() throws Exception {
    String broker = service("credential-broker");
    forgeries(Audience.ACT_AS)
        .forEach((name, token) ->
            identityToken(broker, token, "00000000-0000-0000-0000-00000000abcd")
                .statusCode(400)
                .body("error", Matchers.equalTo("invalid_grant")));
  }

  @Test
  void rejectsForgeriesOfRegistryTokens() throws Exception {
    protect(SERVICE, registry("attacked"));
    forgeries(SERVICE)
        .forEach((name, token) ->
            registryToken(token, SERVICE, "repository:a:pull")
                .statusCode(401)
                .body("errors[0].code", Matchers.equalTo("UNAUTHORIZED")));
    // genuine, but of a principal that does not exist
    registryToken(genuine(claims(SERVICE)), SERVICE, "repository:a:pull").statusCode(401);
  }

  @Test
  void rejectsEachTokenAtTheOtherDoors() {
    protect(SERVICE, registry("attacked"));
    Doors.Identity puller = identity("door-puller");
    Doors.assign(Doors.admin(), puller.principalId(), "AcrPull", registry("attacked"))
        .statusCode(oneOf(201, 409));
    String arm = armToken(puller);
    String refresh = exchange(arm, SERVICE).extract().path("refresh_token");
    String access =
        registryToken(refresh, SERVICE, "repository:a:pull").extract().path("access_token");
    String run = Doors.grant(puller.principalId());
    String service = service("task-api");

    String registryExchange = Doors.registryExchange();

    for (String token : List.of(refresh, access, run, registryExchange)) {
      with(token).get(Doors.GROUP + Doors.IDENTITIES).then().statusCode(401);
      with(token).get("/v1.0/users").then().statusCode(401);
      with(token).body("{}").post("/internal/access-decisions").then().statusCode(401);
      with(token).body("{}").post("/internal/signing-keys").then().statusCode(401);
    }
    with(service).get(Doors.GROUP + Doors.IDENTITIES).then().statusCode(403);
    with(service).get("/v1.0/users").then().statusCode(403);
    for (String token : List.of(arm, Doors.admin())) {
      with(token).body("{}").post("/internal/access-decisions").then().statusCode(403);
      with(token).body("{}").post("/internal/signing-keys").then().statusCode(403);
    }
    registryToken(registryExchange, SERVICE, "repository:a:pull").statusCode(401);
    for (String token : List.of(arm, service, refresh, access, registryExchange)) {
      identityToken(service("credential-broker"), token, puller.principalId()).statusCode(400);
    }
  }

  @Test
  void rejectsServicesThatMayNot() {
    Doors.Identity wanted = identity("wanted");
    for (String name : List.of("run-agent", "registry", "credential-broker", "administrator")) {
      String token = service(name);
      Stream.of(
              "/internal/access-decisions",
              "/internal/act-as-grants",
              "/internal/resource-deletions")
          .forEach(path -> with(token).body("{}").post(path).then().statusCode(403));
      Stream.of(
              "/internal/system-identities",
              "/internal/role-assignments",
              "/internal/protected-resources")
          .forEach(path -> with(token).body("{}").put(path).then().statusCode(403));
    }
    for (String name : List.of("run-agent", "registry", "task-api", "administrator")) {
      identityToken(service(name), Doors.grant(wanted.principalId()), wanted.principalId())
          .statusCode(403);
    }
  }

  @Test
  void rejectsAnIdentityThatTheRunMayNotUse() {
    Doors.Identity mine = identity("mine");
    Doors.Identity other = identity("others");
    String broker = service("credential-broker");
    String run = Doors.grant(mine.principalId());
    String administrator =
        with(Doors.admin())
            .queryParam("$filter", "appId eq 'slipway-administrator'")
            .get("/v1.0/servicePrincipals")
            .then()
            .extract()
            .path("value[0].id");

    identityToken(broker, run, other.principalId())
        .statusCode(403)
        .body("error", Matchers.equalTo("access_denied"));
    identityToken(broker, Doors.grant(administrator), administrator).statusCode(403);
    identityToken(broker, run, mine.principalId() + " ").statusCode(403);
    var token = identityToken(broker, run, mine.principalId()).statusCode(200).extract();
    assertThat(Doors.payload(token.path("access_token")))
        .contains("\"act\":{\"sub\":\"slipway-credential-broker\"}")
        .contains("\"oid\":\"" + mine.principalId() + "\"");
    assertThat(token.<Integer>path("expires_in")).isLessThanOrEqualTo(600);

    with(Doors.admin()).delete(Doors.GROUP + Doors.IDENTITIES + "/mine").then().statusCode(200);
    identityToken(broker, run, mine.principalId()).statusCode(403);
  }

  @Test
  void shouldIssueGrantsThatSayWhatTheyAreFor() {
    String token = Doors.grant("11111111-2222-3333-4444-555555555555");

    assertThat(Doors.payload(token))
        .contains("\"aud\":\"slipway-act-as\"")
        .contains("\"run_attempt\":1")
        .contains("\"run_uid\"")
        .contains("\"agent\":\"agent-1\"")
        .contains("\"may_act_as\":[\"11111111-2222-3333-4444-555555555555\"]")
        .contains("\"sub\":\"/registries/myregistry/tasks/t/runs/ca1\"");
    with(service("task-api")).body("{}").post("/internal/act-as-grants").then().statusCode(400);
    Instant end =
        Instant.parse(
            Doors.grantAnswer(service("task-api"), List.of()).extract().path("expiresAt"));
    assertThat(end).isAfter(Instant.EPOCH);
  }
}
