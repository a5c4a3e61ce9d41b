package io.slipway.identity;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.identity.client.Audience;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Assertions about events that ask for runs. */
@QuarkusTest
class RunRequestIT {
  private static final String DIGEST = "A".repeat(43);

  @Test
  void shouldSayWhoSendsAnEventAndNothingElse() {
    List<String> assertions =
        asked(Doors.admin(), List.of(DIGEST, "B".repeat(43)))
            .statusCode(200)
            .extract()
            .path("assertions");

    assertThat(assertions).hasSize(2);
    JsonObject claims = claims(assertions.getFirst());
    assertThat(claims.getString("aud")).isEqualTo(Audience.RUN_REQUEST);
    assertThat(claims.getString("event")).isEqualTo(DIGEST);
    assertThat(claims.getString("oid")).isEqualTo(claims(Doors.admin()).getString("oid"));
    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(300);
    assertThat(claims.containsKey("appid")).isFalse();
    for (String door : List.of("/v1.0/servicePrincipals", "/internal/access-version")) {
      with(assertions.getFirst()).get(door).then().statusCode(401);
    }
    asked(assertions.getFirst(), List.of(DIGEST)).statusCode(401);
    given()
        .formParams(
            Map.of(
                "grant_type", "access_token",
                "service", "127.0.0.1:8470",
                "access_token", assertions.getFirst()))
        .post("/oauth2/exchange")
        .then()
        .statusCode(401);
  }

  @Test
  void rejectsWhoeverIsNoPrincipalAndWhatIsNoDigest() {
    asked(Doors.service("task-api"), List.of(DIGEST)).statusCode(403);
    given().contentType("application/json").post("/oauth2/run-requests").then().statusCode(401);
    String token = Doors.admin();
    asked(token, List.of()).statusCode(400);
    asked(token, Collections.nCopies(101, DIGEST)).statusCode(400);
    asked(token, Arrays.asList((String) null)).statusCode(400);
    for (String digest : List.of("", "A".repeat(42), "A".repeat(44), "A".repeat(42) + "=")) {
      asked(token, List.of(digest)).statusCode(400);
    }
  }

  private static ValidatableResponse asked(String token, List<String> digests) {
    return with(token)
        .body(Collections.singletonMap("digests", digests))
        .post("/oauth2/run-requests")
        .then();
  }

  private static JsonObject claims(String token) {
    return new JsonObject(
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8));
  }
}
