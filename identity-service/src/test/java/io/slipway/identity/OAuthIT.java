package io.slipway.identity;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.clientCredentials;
import static io.slipway.identity.Doors.payload;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.identity.key.KeyFingerprint;
import io.slipway.infra.TestInfra;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/** Discovery, tokens for clients, keys and their rotation. */
@QuarkusTest
class OAuthIT {
  private static final String ISSUER = IdentityTestResource.ISSUER;
  @Inject Config config;

  @TestHTTPResource(value = "/", management = true)
  URI operators;

  @Test
  void shouldBeDiscovered() {
    for (String path :
        List.of(
            "/adfs/.well-known/openid-configuration",
            "/adfs/" + IdentityTestResource.TENANT + "/.well-known/openid-configuration",
            "/" + IdentityTestResource.TENANT + "/v2.0/.well-known/openid-configuration")) {
      given()
          .get(path)
          .then()
          .statusCode(200)
          .body("issuer", equalTo(ISSUER))
          .body("token_endpoint", equalTo(ISSUER + "/oauth2/token"))
          .body("jwks_uri", equalTo(ISSUER + "/discovery/keys"))
          .body("authorization_endpoint", equalTo(ISSUER + "/oauth2/authorize"))
          .body("device_authorization_endpoint", equalTo(ISSUER + "/oauth2/devicecode"));
    }
  }

  @Test
  void shouldGiveArmTokens() {
    String secret = IdentityTestResource.secret("slipway-administrator");
    for (String scope :
        List.of(
            "https://localhost:8443//.default",
            "https://localhost:8443/.default",
            "openid profile offline_access https://localhost:8443//.default")) {
      String token =
          clientCredentials("slipway-administrator", secret, scope)
              .statusCode(200)
              .body("token_type", equalTo("Bearer"))
              .body("expires_in", equalTo(3600))
              .extract()
              .path("access_token");
      assertThat(payload(token))
          .contains("\"aud\":\"https://localhost:8443/\"")
          .contains("\"iss\":\"" + ISSUER + "\"")
          .contains("\"appid\":\"slipway-administrator\"")
          .contains("\"tid\":\"" + IdentityTestResource.TENANT + "\"")
          .contains("\"oid\"", "\"sub\"", "\"iat\"", "\"nbf\"", "\"exp\"", "\"jti\"");
    }
    given()
        .auth()
        .preemptive()
        .basic("slipway-task-api", IdentityTestResource.secret("slipway-task-api"))
        .formParams(
            Map.of(
                "grant_type", "client_credentials", "scope", "slipway-identity-service/.default"))
        .post("/" + IdentityTestResource.TENANT + "/oauth2/v2.0/token?client-request-id=1")
        .then()
        .statusCode(200)
        .header("Cache-Control", "no-store");
  }

  @Test
  void rejectsInOAuthsWords() {
    String secret = IdentityTestResource.secret("slipway-administrator");
    clientCredentials("slipway-administrator", secret, "https://elsewhere/.default")
        .statusCode(400)
        .body("error", equalTo("invalid_scope"))
        .body("error_description", containsString("https://localhost:8443/"));
    clientCredentials("slipway-administrator", secret, "openid")
        .statusCode(400)
        .body("error", equalTo("invalid_scope"));
    for (String grant : List.of("password", "refresh_token", "authorization_code", "implicit")) {
      form(Map.of("grant_type", grant, "username", "a", "password", "b"))
          .statusCode(400)
          .body("error", equalTo("unsupported_grant_type"))
          .body("error_description", containsString("--service-principal"));
    }
    form(Map.of("scope", "x")).statusCode(400).body("error", equalTo("invalid_request"));
    form(Map.of("grant_type", "client_credentials", "client_id", "x"))
        .statusCode(400)
        .body("error", equalTo("invalid_request"));
    given()
        .formParam("grant_type", "client_credentials")
        .formParam("client_id", List.of("a", "b"))
        .formParam("client_secret", "c")
        .post("/adfs/oauth2/token")
        .then()
        .statusCode(400)
        .body("error_description", containsString("client_id must not be repeated"));
    given().post("/adfs/oauth2/devicecode").then().statusCode(400);
  }

  private static ValidatableResponse form(Map<String, String> fields) {
    return given().formParams(fields).post("/adfs/oauth2/token").then();
  }

  @Test
  void rejectsEveryGuessWithTheSameWords() {
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String client = i % 2 == 0 ? "slipway-administrator" : "guess-" + i;
      String guess = "%064x".formatted(i);
      answers.add(
          clientCredentials(client, guess, Doors.ARM_SCOPE)
              .statusCode(401)
              .header("WWW-Authenticate", containsString("Basic"))
              .extract()
              .asString());
    }
    // a managed identity has no secret at all
    String clientId = Doors.identity("guessed").clientId();
    answers.add(clientCredentials(clientId, "", Doors.ARM_SCOPE).extract().asString());
    answers.add(
        clientCredentials(clientId, "0".repeat(64), Doors.ARM_SCOPE)
            .statusCode(401)
            .extract()
            .asString());

    assertThat(answers)
        .contains(
            "{\"error\":\"invalid_client\",\"error_description\":\"Unknown client or wrong"
                + " secret.\"}")
        .hasSize(2); // the other says that the secret is missing
    clientCredentials(
            "slipway-administrator",
            IdentityTestResource.secret("slipway-administrator"),
            Doors.ARM_SCOPE)
        .statusCode(200);
  }

  @Test
  void shouldPublishKeysAndCertificatesOfTheSameKeys() throws Exception {
    List<Map<String, String>> keys = given().get("/adfs/discovery/keys").jsonPath().getList("keys");
    assertThat(keys)
        .isNotEmpty()
        .allSatisfy(
            key -> assertThat(key).containsEntry("use", "sig").doesNotContainKeys("d", "p", "q"));
    assertThat(keys)
        .extracting(key -> key.get("kty") + " " + key.get("alg"))
        .contains("RSA RS256", "EC ES256");

    String pem = given().get("/oauth2/certificates").then().statusCode(200).extract().asString();

    var certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    assertThat(certificates).hasSameSizeAs(keys);
    assertThat(certificates.stream().map(c -> c.getPublicKey()).toList())
        .allSatisfy(
            key -> assertThat(keys).anyMatch(jwk -> jwk.get("kid").equals(KeyFingerprint.of(key))));
  }

  @Test
  void shouldRotateKeysWithoutRefusingAnybody() {
    String before = admin();
    List<String> known = given().get("/adfs/discovery/keys").jsonPath().getList("keys.kid");
    List<String> announced = new ArrayList<>(rotate(Map.of()).extract().<List<String>>path("keys"));
    announced.removeAll(known);
    assertThat(announced).as("one of each algorithm").hasSize(2);
    assertThat(announced).noneMatch(kid -> header(admin()).contains(kid));
    assertThat(announced).noneMatch(kid -> header(service("task-api")).contains(kid));

    String fresh =
        rotate(Map.of("activateAfterSeconds", 0)).extract().<List<String>>path("keys").stream()
            .filter(kid -> header(admin()).contains(kid))
            .findFirst()
            .orElseThrow();

    assertThat(header(before)).doesNotContain(fresh);
    for (String token : List.of(before, admin())) {
      with(token).get("/v1.0/users").then().statusCode(200);
    }
    given()
        .get("/adfs/discovery/keys")
        .then()
        .body("keys.kid", hasItems(announced.toArray(String[]::new)));
    given().get("/adfs/discovery/keys").then().body("keys.kid", hasItem(fresh));
    with(service("task-api")).body("{}").post("/internal/signing-keys").then().statusCode(403);
  }

  @Test
  void shouldWithdrawALeakedKeyAtOnce() {
    String arm = admin();
    String internal = service("credential-broker");
    with(service("administrator"))
        .body(Map.of("revoke", true, "activateAfterSeconds", 0))
        .post("/internal/signing-keys")
        .then()
        .statusCode(400);

    List<String> kept = rotate(Map.of("revoke", true)).extract().path("keys");

    assertThat(kept).as("one of each algorithm").hasSize(2);
    assertThat(kept).noneMatch(kid -> header(arm).contains(kid));
    given().get("/adfs/discovery/keys").then().body("keys.kid", hasItems(kept.toArray()));
    with(arm).get("/v1.0/users").then().statusCode(401);
    with(internal).body("{}").post("/internal/registry-tokens").then().statusCode(401);
    with(admin()).get("/v1.0/users").then().statusCode(200);
  }

  private static ValidatableResponse rotate(Map<String, Object> body) {
    return with(service("administrator"))
        .body(body)
        .post("/internal/signing-keys")
        .then()
        .statusCode(200);
  }

  private static String header(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[0]), StandardCharsets.UTF_8);
  }

  @Test
  void shouldKeepNoSecretInClear() throws Exception {
    admin();
    String url = config.getValue("quarkus.datasource.jdbc.url", String.class);
    String user = config.getValue("quarkus.datasource.username", String.class);
    String password = config.getValue("quarkus.datasource.password", String.class);
    String secret = IdentityTestResource.secret("slipway-administrator");
    assertThat(TestInfra.shared()).isNotNull();
    try (var connection = DriverManager.getConnection(url, user, password);
        var statement = connection.createStatement()) {
      var hits =
          statement.executeQuery(
              "select count(*) from principal where row_to_json(principal)::text like '%"
                  + secret
                  + "%'");
      assertThat(hits.next()).isTrue();
      assertThat(hits.getInt(1)).isZero();
      var keys = statement.executeQuery("select private_key from signing_key");
      while (keys.next()) {
        byte[] stored = keys.getBytes(1);
        Assertions.assertThatThrownBy(() ->
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(stored)))
            .isInstanceOf(GeneralSecurityException.class);
      }
    }
  }

  @Test
  void shouldCountAndTimeTokens() {
    admin();
    clientCredentials("nobody", "0".repeat(64), Doors.ARM_SCOPE).statusCode(401);

    String metrics = given().get(operators.resolve("/q/metrics")).then().extract().asString();

    assertThat(metrics)
        .contains("slipway_tokens_issued_total{audience=\"arm\",result=\"issued\"}")
        .contains("slipway_tokens_issued_total{audience=\"arm\",result=\"refused\"}")
        .contains("slipway_token_issue_seconds_count{audience=\"arm\"}");
    given()
        .get(operators.resolve("/q/health/ready"))
        .then()
        .statusCode(200)
        .body("checks.name", hasItem("signing keys"));
    given().get("/q/health/ready").then().statusCode(404);
    given().get("/q/metrics").then().statusCode(404);
  }
}
