package io.slipway.broker;

import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.lease;
import static io.slipway.broker.support.Doors.payload;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.protect;
import static io.slipway.broker.support.Doors.run;
import static io.slipway.broker.support.Doors.runToken;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors.Identity;
import io.slipway.broker.support.Doors.Run;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases for many runs by one call: each stands for itself. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class LeaseBatchIT {
  private static final String PULL = "repository:a:pull";
  private static final String PUSH = "repository:a:pull,push";
  private final UUID owner = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();
  private String server;

  @BeforeEach
  void protectRegistry() {
    server = platform().registry().loginServer();
    protect(server);
  }

  private static Map<String, Object> wanted(String runToken, String server, String... scopes) {
    return Map.of("runToken", runToken, "loginServer", server, "scopes", List.of(scopes));
  }

  @SafeVarargs
  private static ValidatableResponse batch(Map<String, Object>... requests) {
    return with(service("slipway-run-agent"))
        .body(Map.of("requests", Arrays.asList(requests)))
        .post("/leases/batch")
        .then();
  }

  @SafeVarargs
  private static JsonPath answers(Map<String, Object>... requests) {
    return batch(requests)
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body("answers.size()", equalTo(requests.length))
        .extract()
        .jsonPath();
  }

  @Test
  void shouldAnswerEachInItsPlaceWhateverBecomesOfTheOthers() {
    bind(owner, "a.example", "user-a", "password-a");
    bind(other, "b.example", "user-b", "password-b");
    Run a = run(owner, owner);
    Run b = run(other, other);

    JsonPath answers =
        answers(
            wanted(b.token(), "b.example", PULL),
            wanted(runToken(), "b.example", PULL),
            wanted("not a run token", "b.example", PULL),
            wanted(a.token(), "b.example", PULL),
            wanted(a.token(), "a/example", PULL),
            wanted(a.token(), "a.example", "repository:../x:pull"),
            wanted(a.token(), "a.example", Collections.nCopies(51, PULL).toArray(String[]::new)),
            Map.of("runToken", a.token()),
            Map.of(),
            wanted(a.token(), "A.example", PULL));

    assertThat(answers.getList("answers.status"))
        .containsExactly(200, 403, 401, 404, 400, 400, 400, 400, 401, 200);
    assertThat(answers.getList("answers.error.code"))
        .containsExactly( // of those that have one
            "LeaseNotActive",
            "InvalidRunToken",
            "NoCredential",
            "InvalidLoginServer",
            "InvalidScope",
            "InvalidScope",
            "InvalidLoginServer",
            "InvalidRunToken");
    assertThat(answers.getString("answers[0].lease.password")).isEqualTo("password-b");
    assertThat(answers.getString("answers[9].lease.username")).isEqualTo("user-a");
    assertThat(answers.getString("answers[9].lease.password")).isEqualTo("password-a");
    assertThat(answers.getList("answers[9].lease.granted")).containsExactly(PULL);
    assertThat(answers.getMap("answers[3]")).doesNotContainKey("lease");
    assertThat(answers.getMap("answers[9]")).doesNotContainKeys("error", "retryAfter");
  }

  /** What one run may have, no other run of the batch gets, though all of it is asked together. */
  @Test
  void rejectsWhatIsAnotherRuns() {
    Identity mine = identity("batch-mine", "AcrPull");
    Identity others = identity("batch-others", "AcrPush");
    bind(owner, server, others, "pull", "push");
    bind(other, server, others, "pull", "push");
    Run thief = run(owner, owner, mine.principalId());
    Run holder = run(other, other, others.principalId());
    lease(holder.token(), server, PULL).statusCode(200);

    JsonPath answers =
        answers(
            wanted(thief.token(), server, PUSH),
            wanted(holder.token(), server, PUSH),
            wanted(thief.token(), server, PULL));

    assertThat(answers.getList("answers.status")).containsExactly(403, 200, 403);
    assertThat(answers.getString("answers[0].error.code")).isEqualTo("NotGranted");
    assertThat(answers.getString("answers[2].error.principalId")).isEqualTo(others.principalId());
  }

  @Test
  void shouldLendTokensByOneQuestionToEachServiceOnceTheExchangeIsKnown() {
    Identity puller = identity("batch-puller", "AcrPull");
    bind(owner, server, puller, "pull", "push");
    Run run = run(owner, owner, puller.principalId());

    // A registry must be called first: such a lease is asked for alone, so that no other waits.
    assertThat(answers(wanted(run.token(), server, PULL)).getList("answers.status"))
        .containsExactly(202);
    lease(run.token(), server, PULL).statusCode(200);
    int checks = platform().leases().checks();
    int grants = platform().leases().grants();

    JsonPath answers =
        answers(
            wanted(run.token(), server, PULL),
            wanted(run.token(), server, PUSH),
            wanted(run.token(), server),
            wanted(run.token(), server, "repository:b:pull"));

    assertThat(answers.getList("answers.status")).containsExactly(200, 403, 200, 200);
    assertThat(payload(answers.getString("answers[0].lease.password")))
        .contains("\"access\":[{\"type\":\"repository\",\"name\":\"a\",\"actions\":[\"pull\"]}]");
    assertThat(answers.getString("answers[1].error.missingRole")).isEqualTo("AcrPush");
    assertThat(answers.getString("answers[1].error.message"))
        .contains("'batch-puller'")
        .contains("has no right to push to " + server);
    assertThat(payload(answers.getString("answers[2].lease.password"))).contains("\"access\":[]");
    assertThat(payload(answers.getString("answers[3].lease.password"))).contains("\"name\":\"b\"");
    assertThat(platform().leases().checks()).isEqualTo(checks + 1);
    assertThat(platform().leases().grants()).isEqualTo(grants);
  }

  @Test
  void shouldFailEachWithItsReasonWhileTaskApiIsAway() {
    Run run = run(owner, owner);
    platform().leases().failNext(10);
    try {
      JsonPath answers =
          answers(wanted(run.token(), "a.example", PULL), wanted("no token", "a.example", PULL));

      assertThat(answers.getList("answers.status")).containsExactly(503, 401);
      assertThat(answers.getString("answers[0].error.code")).isEqualTo("TaskApiUnavailable");
      assertThat(answers.getInt("answers[0].retryAfter")).isEqualTo(2);
    } finally {
      platform().leases().failNext(0);
    }
  }

  @Test
  void rejectsTooManyAtOnce() {
    Run run = run(owner, owner);
    Map<String, Object> one = wanted(run.token(), "a.example", PULL);
    int asked = platform().leases().tokens();

    with(service("slipway-run-agent"))
        .body(Map.of("requests", Collections.nCopies(101, one)))
        .post("/leases/batch")
        .then()
        .statusCode(400)
        .body("error.message", equalTo("At most 100 leases can be asked for at once."));
    with(service("slipway-run-agent"))
        .body(Map.of())
        .post("/leases/batch")
        .then()
        .statusCode(400)
        .body("error.message", equalTo("'requests' is missing."));
    batch().statusCode(200).body("answers", equalTo(List.of()));

    assertThat(platform().leases().tokens()).isEqualTo(asked);
    assertThat(answers(Collections.nCopies(100, one).toArray(Map[]::new)).getList("answers.status"))
        .containsOnly(404);
  }

  /** The token of a run, or of another service, does not open the door for many. */
  @Test
  void rejectsWhoIsNotAnAgent() {
    Run run = run(owner, owner);
    for (String token :
        List.of(
            run.token(), service("slipway-task-api"), service("slipway-credential-broker"), "x")) {
      with(token)
          .body(Map.of("requests", List.of(wanted(run.token(), "a.example", PULL))))
          .post("/leases/batch")
          .then()
          .statusCode(401);
    }
  }

  /** Each lease has dozens of steps, and none of them asks for the context of the request. */
  @Test
  void shouldCarryNoContextFromStepToStep() {
    Function<String, String> step = text -> text + "!";

    assertThat(Infrastructure.decorate(step)).isSameAs(step);
  }
}
