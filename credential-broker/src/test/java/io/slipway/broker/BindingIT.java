package io.slipway.broker;

import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.lease;
import static io.slipway.broker.support.Doors.patch;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.put;
import static io.slipway.broker.support.Doors.run;
import static io.slipway.broker.support.Doors.secrets;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors;
import io.slipway.broker.support.Doors.Identity;
import io.slipway.infra.TestInfra;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is bound for whom, and what of it lies in the database. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class BindingIT {
  private static final String PASSWORD = "hunter2-is-my-password";
  private final UUID owner = UUID.randomUUID();

  private static ValidatableResponse show(UUID owner) {
    return with(service("slipway-task-api"))
        .get("/internal/owners/" + owner + "/bindings")
        .then()
        .statusCode(200);
  }

  @Test
  void shouldReplaceMergeShowAndForget() {
    Identity identity = identity("bound");
    bind(owner, "A.example", identity, "pull");
    bind(owner, "b.example", "user", PASSWORD);
    show(owner).body("bindings.keySet()", equalTo(Set.of("b.example")));

    Map<String, Object> change = new HashMap<>();
    change.put(
        "c.example:5000",
        Map.of(
            "identity",
            Map.of("principalId", identity.principalId(), "clientId", "[system]"),
            "actions",
            List.of("pull")));
    change.put("B.EXAMPLE", null);
    patch(owner, change).statusCode(204);

    show(owner)
        .body("bindings.'b.example'", nullValue())
        .body("bindings.'c.example:5000'.kind", equalTo("Identity"))
        .body("bindings.'c.example:5000'.principalId", equalTo(identity.principalId()))
        .body("bindings.'c.example:5000'.clientId", equalTo("[system]"))
        .body("bindings.'c.example:5000'.actions", equalTo(List.of("pull")));
    patch(owner, Map.of()).statusCode(204);
    with(service("slipway-task-api")).delete("/internal/owners/" + owner).then().statusCode(204);
    with(service("slipway-task-api")).delete("/internal/owners/" + owner).then().statusCode(204);
    show(owner).body("bindings", anEmptyMap());
  }

  @Test
  void shouldShowNoSecret() {
    bind(owner, "b.example", "the-user-name", PASSWORD);

    String shown = show(owner).extract().asString();

    assertThat(shown)
        .contains("\"kind\":\"Opaque\"")
        .doesNotContain(PASSWORD)
        .doesNotContain("the-user-name");
  }

  @Test
  void rejectsWhatIsNoBindingWithoutRepeatingIt() {
    for (Object body :
        List.of(
            Map.of(),
            Map.of("password", Map.of("value", PASSWORD)),
            Map.of("identity", Map.of("clientId", "x")),
            Map.of(
                "userName", Map.of("value", "u", "type", "Other"),
                "password", Map.of("value", PASSWORD)),
            Map.of("userName", Map.of("value", ""), "password", Map.of("value", PASSWORD)),
            Map.of("userName", PASSWORD, "password", PASSWORD),
            Map.of(
                "identity", Map.of("principalId", UUID.randomUUID()),
                "actions", List.of("fly")))) {
      String answer = put(owner, Map.of("r.example", body)).statusCode(400).extract().asString();
      assertThat(answer).doesNotContain(PASSWORD);
    }
    put(owner, Map.of("https://r.example", Map.of())).statusCode(400);
    with(service("slipway-task-api"))
        .body("{\"bindings\":null}")
        .put("/internal/owners/" + owner + "/bindings")
        .then()
        .statusCode(400);
  }

  @Test
  void shouldKeepSecretsOfRuns() {
    secrets(owner, Map.of("token", "s3cr3t-value", "other", "x")).statusCode(204);
    Map<String, Object> change = new HashMap<>();
    change.put("other", null);
    change.put("third", "3");
    secrets(owner, change).statusCode(204);

    with(run(owner, UUID.randomUUID()).token())
        .get("/secrets")
        .then()
        .statusCode(200)
        .body("secrets", equalTo(Map.of("token", "s3cr3t-value", "third", "3")));
    with(run(UUID.randomUUID(), owner).token())
        .get("/secrets")
        .then()
        .statusCode(200)
        .body("secrets", anEmptyMap());
  }

  /** A task has secrets that no step may see: tokens of its triggers, and of its own context. */
  @Test
  void rejectsSecretsThatTheRunDoesNotName() {
    secrets(owner, Map.of("token", "mine", "@trigger/source", "pat", "@contextAccessToken", "ctx"))
        .statusCode(204);

    with(run(owner, UUID.randomUUID()).token())
        .get("/secrets")
        .then()
        .statusCode(200)
        .body("secrets", equalTo(Map.of("token", "mine")));

    String token = Doors.runToken();
    var lease = Doors.lease(UUID.randomUUID().toString(), 1, owner, owner);
    lease.remove("secrets");
    platform().leases().hold(token, lease);
    with(token).get("/secrets").then().statusCode(200).body("secrets", anEmptyMap());
  }

  @Test
  void shouldChangeNothingOfWhatIsRefusedInPart() {
    bind(owner, "kept.example", "user", PASSWORD);
    secrets(owner, Map.of("token", "before")).statusCode(204);
    Map<String, Object> change = new HashMap<>();
    change.put("kept.example", null);

    for (Object refused :
        List.<Object>of(
            Map.of("bindings", change, "secrets", Map.of("token", "after", " ", "nameless")),
            Map.of("bindings", Map.of("r.example", Map.of()), "secrets", Map.of("token", "after")),
            Map.of())) {
      with(service("slipway-task-api"))
          .body(refused)
          .patch("/internal/owners/" + owner)
          .then()
          .statusCode(400);
    }

    show(owner).body("bindings.keySet()", equalTo(Set.of("kept.example")));
    with(run(owner, UUID.randomUUID()).token())
        .get("/secrets")
        .then()
        .body("secrets", equalTo(Map.of("token", "before")));
  }

  /** A22, and rows that somebody with the database swaps. */
  @Test
  void shouldKeepNothingInClearAndOpenNothingElsewhere() throws Exception {
    UUID victim = UUID.randomUUID();
    bind(victim, "shop.example", "the-user-name", PASSWORD);
    bind(owner, "shop.example", "mallory", "mallory-password");
    secrets(victim, Map.of("token", "s3cr3t-value")).statusCode(204);
    TestInfra.Database database = platform().database();
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var statement = connection.createStatement()) {
      var dump =
          statement.executeQuery(
              "select string_agg(encode(coalesce(user_name, '') || coalesce(password, ''),"
                  + " 'escape') || binding::text, '') from binding");
      assertThat(dump.next()).isTrue();
      assertThat(dump.getString(1)).isNotEmpty().doesNotContain(PASSWORD, "the-user-name");
      var secrets =
          statement.executeQuery(
              "select string_agg(encode(value, 'escape') || run_secret::text, '') from run_secret");
      assertThat(secrets.next()).isTrue();
      assertThat(secrets.getString(1)).isNotEmpty().doesNotContain("s3cr3t-value");

      // When: mallory's row gets the victim's password
      statement.executeUpdate(
          "update binding set password = (select password from binding where owner = '"
              + victim
              + "') where owner = '"
              + owner
              + "'");
    }

    // Then
    String answer =
        lease(run(owner, UUID.randomUUID()).token(), "shop.example", "repository:a:pull")
            .statusCode(500)
            .extract()
            .asString();
    assertThat(answer).doesNotContain(PASSWORD);
    lease(run(victim, UUID.randomUUID()).token(), "shop.example", "repository:a:pull")
        .statusCode(200)
        .body("password", equalTo(PASSWORD))
        .body("password", not(nullValue()));
  }
}
