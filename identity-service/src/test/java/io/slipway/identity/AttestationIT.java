package io.slipway.identity;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signatures of what is said of images. */
@QuarkusTest
class AttestationIT {
  private static final String STATEMENT =
      Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8));

  private static String keys() {
    return given().get("/oauth2/attestation-keys").then().statusCode(200).extract().asString();
  }

  @Test
  void shouldKeepItsKeyWhenThoseOfTokensAreWithdrawn() {
    String keys = keys();
    assertThat(keys).containsOnlyOnce("BEGIN PUBLIC KEY").doesNotContain("PRIVATE");
    String kid = sign("task-api", STATEMENT).statusCode(200).extract().path("keyid");

    with(service("administrator"))
        .body(Map.of("revoke", true))
        .post("/internal/signing-keys")
        .then()
        .statusCode(200);

    assertThat(keys()).isEqualTo(keys);
    assertThat(sign("task-api", STATEMENT).statusCode(200).extract().<String>path("keyid"))
        .isEqualTo(kid);
    // It verifies no token.
    assertThat(given().get("/adfs/discovery/keys").asString()).doesNotContain(kid);
  }

  @Test
  void shouldSignForTaskApiAloneAndNothingElse() {
    for (String other : new String[] {"credential-broker", "run-agent", "administrator"}) {
      sign(other, STATEMENT).statusCode(403);
    }
    with(Doors.admin()).body("{}").post("/internal/attestations").then().statusCode(403);
    for (String wrong : new String[] {"", "no base64!", "A".repeat(786_433)}) {
      sign("task-api", wrong).statusCode(400);
    }
  }

  private static ValidatableResponse sign(String client, String text) {
    return with(service(client))
        .body(Map.of("statement", text))
        .post("/internal/attestations")
        .then();
  }
}
