package io.slipway.broker;

import static io.restassured.RestAssured.given;
import static io.slipway.broker.support.Doors.admin;
import static io.slipway.broker.support.Doors.lease;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.run;
import static io.slipway.broker.support.Doors.runToken;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.token;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.infra.TestInfra;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;

/** Forged and misused tokens at the broker's doors (A03). */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class DoorIT {
  private static final String PULL = "repository:a:pull";
  private final UUID owner = UUID.randomUUID();

  private record IssuerKey(String kid, Key privateKey, byte[] publicKey) {}

  /** The real signing key, out of the real database: forgeries differ in one thing only. */
  private static IssuerKey issuerKey() throws Exception {
    return issuerKey("ES256");
  }

  private static IssuerKey issuerKey(String algorithm) throws Exception {
    AeadConfig.register();
    Aead keyset =
        TinkJsonProtoKeysetFormat.parseKeyset(
                Files.readString(platform().identity().keyset()), InsecureSecretKeyAccess.get())
            .getPrimitive(RegistryConfiguration.get(), Aead.class);
    TestInfra.Database database = platform().identity().database();
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select kid, private_key, public_key from signing_key where algorithm = '"
                    + algorithm
                    + "'")) {
      assertThat(rows.next()).isTrue();
      String kid = rows.getString(1);
      byte[] pkcs8 =
          keyset.decrypt(rows.getBytes(2), ("signing-key:" + kid).getBytes(StandardCharsets.UTF_8));
      return new IssuerKey(
          kid,
          KeyFactory.getInstance(algorithm.equals("ES256") ? "EC" : "RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          rows.getBytes(3));
    }
  }

  private JwtClaims claims(String audience, String runUid) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(platform().identity().issuer());
    claims.setSubject("/registries/r/runs/ca1");
    claims.setAudience(audience);
    claims.setClaim("run_uid", runUid);
    claims.setClaim("run_attempt", 1);
    claims.setClaim("agent", "agent-1");
    claims.setClaim("binding_owner", owner.toString());
    claims.setClaim("source_owner", owner.toString());
    claims.setClaim("may_act_as", List.of());
    claims.setClaim("appid", "slipway-task-api");
    claims.setClaim("oid", UUID.randomUUID().toString());
    claims.setIssuedAtToNow();
    claims.setNotBeforeMinutesInThePast(1);
    claims.setExpirationTimeMinutesInTheFuture(10);
    return claims;
  }

  private static String signed(JwtClaims claims, Key key, Map<String, Object> header)
      throws Exception {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue(key.getAlgorithm().equals("RSA") ? "RS256" : "ES256");
    header.forEach((name, value) -> signature.getHeaders().setObjectHeaderValue(name, value));
    signature.setKey(key);
    return signature.getCompactSerialization();
  }

  private static String signed(JwtClaims claims, String algorithm) throws Exception {
    IssuerKey issuer = issuerKey(algorithm);
    return signed(claims, issuer.privateKey(), Map.of("kid", issuer.kid()));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, String> forgeries(String audience, String runUid) throws Exception {
    Map<String, String> forged = new LinkedHashMap<>();
    IssuerKey issuer = issuerKey();
    Map<String, Object> header = Map.of("kid", issuer.kid());
    String body = base64(claims(audience, runUid).toJson());
    forged.put(
        "alg none",
        base64("{\"alg\":\"none\",\"kid\":\"" + issuer.kid() + "\"}") + "." + body + ".");
    String hs = base64("{\"alg\":\"HS256\",\"kid\":\"" + issuer.kid() + "\"}") + "." + body;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(issuer.publicKey(), "HmacSHA256"));
    forged.put(
        "HS256 with the public key",
        hs
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(hs.getBytes(StandardCharsets.US_ASCII))));
    forged.put("the issuer's key for Azure's tokens", signed(claims(audience, runUid), "RS256"));
    JwtClaims noExpiry = claims(audience, runUid);
    noExpiry.unsetClaim("exp");
    forged.put("no exp", signed(noExpiry, issuer.privateKey(), header));
    JwtClaims expired = claims(audience, runUid);
    expired.setExpirationTimeMinutesInTheFuture(-5);
    forged.put("expired", signed(expired, issuer.privateKey(), header));
    JwtClaims early = claims(audience, runUid);
    early.setNotBeforeMinutesInThePast(-5);
    forged.put("not yet valid", signed(early, issuer.privateKey(), header));
    JwtClaims elsewhere = claims(audience, runUid);
    elsewhere.setIssuer("https://elsewhere/adfs");
    forged.put("another issuer", signed(elsewhere, issuer.privateKey(), header));
    JwtClaims two = claims(audience, runUid);
    two.setAudience(audience, "another");
    forged.put("two audiences", signed(two, issuer.privateKey(), header));
    JwtClaims none = claims(audience, runUid);
    none.unsetClaim("aud");
    forged.put("no audience", signed(none, issuer.privateKey(), header));
    JwtClaims groups = claims("another", runUid);
    groups.setClaim("groups", List.of("run", "slipway-task-api"));
    forged.put("roles by groups", signed(groups, issuer.privateKey(), header));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    Key mine = generator.generateKeyPair().getPrivate();
    forged.put("own key, our kid", signed(claims(audience, runUid), mine, header));
    forged.put("own key, own kid", signed(claims(audience, runUid), mine, Map.of("kid", "x")));
    forged.put("own key, no kid", signed(claims(audience, runUid), mine, Map.of()));
    forged.put(
        "own key by jku",
        signed(
            claims(audience, runUid), mine, Map.of("kid", "x", "jku", "http://127.0.0.1:9/keys")));
    forged.put("nonsense", "x.y.z");
    return forged;
  }

  /** Nothing but a run token, whole and as it was given, opens a lease. */
  @Test
  void rejectsForgedRunTokens() throws Exception {
    String good = run(owner, owner).token();
    // the genuine one opens: what is refused below is refused for what is wrong with it
    lease(good, "r.example", PULL).statusCode(404);
    Map<String, String> forged =
        new LinkedHashMap<>(forgeries("slipway-run", UUID.randomUUID().toString()));
    forged.put("a signed one, of before", signed(claims("slipway-run", "x"), "ES256"));
    forged.put("an act-as grant", signed(claims("slipway-act-as", "x"), "ES256"));
    forged.put("cut", good.substring(0, good.length() - 1));
    forged.put("longer", good + "A");
    forged.put("without its prefix", good.substring(4));
    forged.put("two", good + "," + good);
    forged.forEach((name, token) -> {
      assertThat(lease(token, "r.example", PULL).extract().statusCode()).as(name).isEqualTo(401);
      assertThat(with(token).get("/secrets").statusCode()).as(name).isEqualTo(401);
    });
    lease(runToken(), "r.example", PULL)
        .statusCode(403)
        .body("error.code", equalTo("LeaseNotActive"));
  }

  @Test
  void rejectsForgedServiceTokens() throws Exception {
    forgeries("slipway-credential-broker", UUID.randomUUID().toString())
        .forEach((name, token) ->
            assertThat(with(token).get("/internal/owners/" + owner + "/bindings").statusCode())
                .as(name)
                .isEqualTo(401));
  }

  @Test
  void rejectsEachTokenAtTheOtherDoors() {
    String run = run(owner, owner).token();
    for (String token :
        List.of(
            run,
            admin(),
            token("slipway-administrator", "https://containerregistry.azure.net/.default"),
            service("slipway-run-agent"),
            service("slipway-administrator"),
            service("slipway-credential-broker"),
            // what task-api shows to others, who must not be task-api here
            token("slipway-task-api", "slipway-identity-service/.default"),
            token("slipway-task-api", "slipway-registry/.default"))) {
      with(token).get("/internal/owners/" + owner + "/bindings").then().statusCode(401);
      with(token)
          .body(Map.of("secrets", Map.of()))
          .patch("/internal/owners/" + owner)
          .then()
          .statusCode(401);
      with(token).delete("/internal/owners/" + owner).then().statusCode(401);
    }
    for (String token :
        List.of(
            admin(),
            token("slipway-administrator", "https://containerregistry.azure.net/.default"),
            service("slipway-task-api"),
            service("slipway-run-agent"))) {
      lease(token, "r.example", PULL)
          .statusCode(401)
          .body("error.code", equalTo("InvalidRunToken"));
      with(token).get("/secrets").then().statusCode(401);
    }
    given().get("/secrets").then().statusCode(401);
    given().post("/leases").then().statusCode(401);
  }
}
