package io.slipway.broker;

import static io.restassured.RestAssured.given;
import static io.slipway.broker.support.Doors.KEY;
import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.run;
import static io.slipway.broker.support.Doors.runToken;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors;
import io.slipway.identity.client.HolderKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run token is good for the process of the agent that claimed the run, and for nobody else. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class HolderIT {
  private static final Map<String, Object> WANTED =
      Map.of("loginServer", "held.example", "scopes", List.of("repository:a:pull"));
  private final UUID owner = UUID.randomUUID();

  @BeforeEach
  void bindACredential() {
    bind(owner, "held.example", "user", "correct horse");
    Doors.secrets(owner, Map.of("s", "secret")).statusCode(204);
  }

  private static void refused(RequestSpecification who, RequestSpecification same, int status) {
    assertThat(who.body(WANTED).post("/leases").statusCode()).isEqualTo(status);
    assertThat(same.get("/secrets").statusCode()).isEqualTo(status);
  }

  @Test
  void rejectsAStolenRunTokenWithoutItsSecret() {
    String token = run(owner, owner).token();
    // its own process may
    with(token).body(WANTED).post("/leases").then().statusCode(200);
    with(token).get("/secrets").then().statusCode(200).body("secrets.s", equalTo("secret"));

    // the token alone, with another agent's secret, and with what task-api knows of the right one
    RequestSpecification alone = given().header("Authorization", "Bearer " + token);
    alone.get("/secrets").then().statusCode(401);
    for (String key : List.of(HolderKey.fresh().secret(), KEY.holder(), "x")) {
      refused(with(token, key), with(token, key), 403);
      with(token, key)
          .body(Map.of("vault", "https://allowed.vault.test"))
          .post("/vault-tokens")
          .then()
          .statusCode(403)
          .body("error.code", equalTo("LeaseNotActive"));
    }
  }

  @Test
  void rejectsAnotherAgentsRunsInABatch() {
    Map<String, Object> one =
        Map.of(
            "runToken",
            run(owner, owner).token(),
            "loginServer",
            "held.example",
            "scopes",
            List.of("repository:a:pull"));
    Map<String, Object> batch = Map.of("requests", List.of(one));
    String agent = service("slipway-run-agent");

    with(agent, HolderKey.fresh().secret())
        .body(batch)
        .post("/leases/batch")
        .then()
        .statusCode(200)
        .body("answers[0].status", equalTo(403))
        .body("answers[0].error.code", equalTo("LeaseNotActive"));
    with(agent).body(batch).post("/leases/batch").then().body("answers[0].status", equalTo(200));
  }

  /** As one that was claimed by an agent of before. */
  @Test
  void rejectsARunThatWasClaimedWithoutASecret() {
    String token = runToken();
    var lease = Doors.lease(UUID.randomUUID().toString(), 1, owner, owner);
    lease.remove("holder");
    platform().leases().hold(token, lease);

    refused(with(token), with(token), 403);
  }
}
