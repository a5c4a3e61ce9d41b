package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.HungUpCall;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims, releases and what is lent on a lease. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ClaimsIT {
  private final Api broker = Api.service("slipway-credential-broker");
  private Fixture fixture;
  private TestAgent agent;
  private TestAgent other;

  @BeforeEach
  void start() {
    fixture = Fixture.of("claims");
    agent = new TestAgent("agent-c");
    other = new TestAgent("agent-d");
  }

  @AfterEach
  void stop() {
    agent.close();
    other.close();
  }

  @Test
  void shouldAnswerTheSameProcessAgain() {
    RunRef run = fixture.schedule();
    JsonNode lost = agent.claim(run.runUid(), 1);

    JsonNode claim = agent.claim(run.runUid(), 1);

    assertThat(claim.path("outcome").asText()).isEqualTo("Claimed");
    assertThat(claim.path("spec")).isEqualTo(lost.path("spec"));
    assertThat(held(lost).isNull()).as("the token that may never have arrived").isTrue();
    assertThat(held(claim).path("attempt").asInt()).isEqualTo(1);
    try (TestAgent restarted = new TestAgent("agent-c")) {
      assertThat(restarted.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Taken");
    }
    agent.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));
    assertThat(agent.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Taken");
  }

  @Test
  void shouldGrantNothingToWhomNoLongerWaits() throws Exception {
    RunRef run = fixture.schedule();
    try (Connection connection = Ledger.connect();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("select 1 from run where uid = '" + run.runUid() + "' for update");

      assertThat(agent.claimStatus(run.runUid(), 1, 300)).isEqualTo(503);

      connection.rollback();
    }
    Eventually.equal("0", ClaimsIT::waitingForLocks);
    assertThat(fixture.status(run)).isEqualTo("Queued");
    assertThat(other.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Claimed");
  }

  /** A service that was paused reads calls whose agents have long gone: none of them counts. */
  @Test
  void shouldDoNothingForWhoHasHungUp() throws Exception {
    RunRef run = fixture.schedule();
    whileLocked(run, () -> agent.begin("claims", run.runUid(), 1));
    assertThat(fixture.status(run)).isEqualTo("Queued");

    assertThat(other.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Claimed");
    whileLocked(run, () -> other.begin("releases", run.runUid(), 1));
    assertThat(fixture.status(run)).isEqualTo("Started");
  }

  private static void whileLocked(RunRef run, Supplier<HungUpCall> begin) throws Exception {
    try (Connection connection = Ledger.connect();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("select 1 from run where uid = '" + run.runUid() + "' for update");
      HungUpCall call = begin.get();
      Eventually.equal("1", ClaimsIT::waitingForLocks);
      call.hangUp();
      connection.rollback();
    }
    Eventually.equal("0", ClaimsIT::waitingForLocks);
  }

  private static String waitingForLocks() {
    return Ledger.query("select count(*) from pg_stat_activity where wait_event_type = 'Lock'");
  }

  @Test
  void shouldEndARunThatNobodyCanExecuteAndGiveTheOthers() {
    RunRef broken = fixture.schedule();
    RunRef good = fixture.schedule();
    Ledger.change("update run set spec = '{' where uid = '" + broken.runUid() + "'");

    assertThat(agent.claim(broken.runUid(), 1).path("outcome").asText()).isEqualTo("Gone");
    assertThat(agent.claim(good.runUid(), 1).path("outcome").asText()).isEqualTo("Claimed");

    assertThat(fixture.status(broken)).isEqualTo("Error");
    assertThat(fixture.api().get(fixture.run(broken.runId())).at("/properties/runErrorMessage"))
        .isEqualTo("The run's specification cannot be read by this version.");
  }

  @Test
  void shouldTakeARunBackAtOnceAndAtNoCost() {
    RunRef run = fixture.schedule();
    JsonNode claim = agent.claim(run.runUid(), 1);
    assertThat(other.release(run.runUid(), 1).status()).as("not its own").isEqualTo(204);
    assertThat(fixture.status(run)).isEqualTo("Started");

    assertThat(agent.release(run.runUid(), 1).status()).isEqualTo(204);
    assertThat(agent.release(run.runUid(), 1).status()).isEqualTo(204);

    assertThat(fixture.status(run)).isEqualTo("Queued");
    assertThat(held(claim).isNull()).isTrue();
    assertThat(agent.beat(run.runUid(), 1)).isEqualTo("Lost");
    JsonNode again = other.claim(run.runUid(), 2);
    assertThat(again.path("outcome").asText()).isEqualTo("Claimed");
    assertThat(again.at("/spec/lostAgents").size()).isZero();
  }

  @Test
  void shouldGiveUpARunThatComesBackForEver() {
    RunRef run = fixture.schedule();
    for (int attempt = 1; attempt <= 20; attempt++) {
      assertThat(fixture.status(run)).isEqualTo("Queued");
      agent.claim(run.runUid(), attempt);
      agent.release(run.runUid(), attempt);
    }

    assertThat(fixture.status(run)).isEqualTo("Error");
    assertThat(fixture.api().get(fixture.run(run.runId())).at("/properties/runErrorMessage"))
        .isEqualTo("agents gave the run back 20 times without having finished it");
  }

  @Test
  void shouldSayWhatIsHeldWithAToken() {
    RunRef run = fixture.schedule();
    JsonNode claim = agent.claim(run.runUid(), 1);

    JsonNode lease = held(claim);

    assertThat(lease.path("runUid").asText()).isEqualTo(run.runUid().toString());
    assertThat(lease.path("subject").asText())
        .isEqualTo("/registries/claims/tasks/hello/runs/" + run.runId());
    assertThat(lease.path("agent").asText()).isEqualTo("agent-c");
    assertThat(lease.path("bindingOwner").asText())
        .isEqualTo(Ledger.query("select task_uid from run where uid = '" + run.runUid() + "'"));
    assertThat(lease.path("mayActAs"))
        .extracting(JsonNode::asText)
        .contains(Ledger.query("select principal_id from registry where name = 'claims'"));
    assertThat(Ledger.query("select token_hash from run where uid = '" + run.runUid() + "'"))
        .isNotBlank()
        .isNotEqualTo(claim.path("runToken").asText());
    Ledger.change(
        "update run set lease_until = now() - interval '1 second' where uid = '"
            + run.runUid()
            + "'");
    assertThat(held(claim).isNull()).isTrue();
  }

  /** The broker compares it with what is shown; nothing that was claimed without one is lent to. */
  @Test
  void shouldSayWhoseSecretARunTokenNeeds() {
    RunRef run = fixture.schedule();

    assertThat(held(agent.claim(run.runUid(), 1)).path("holder").asText())
        .isEqualTo(agent.key().holder());
    for (String holder :
        List.of("null", "''", "'" + "x".repeat(42) + "'", "'" + "!".repeat(43) + "'")) {
      assertThat(
              Api.service("slipway-run-agent")
                  .post(
                      "/internal/agents/claims",
                      "{'agent':'a','holder':%s,'runs':[{'runUid':'%s','attempt':1}]}"
                          .formatted(holder, run.runUid()))
                  .status())
          .as(holder)
          .isEqualTo(400);
    }
  }

  @Test
  void shouldGetAGrantForALeaseAlone() {
    RunRef run = fixture.schedule();
    String token = agent.claim(run.runUid(), 1).path("runToken").asText();

    assertThat(actAs(token).at("/grant")).startsWith("ey");
    assertThat(actAs("srt_unknown").status()).isEqualTo(404);
    agent.release(run.runUid(), 1);
    assertThat(actAs(token).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agents/claims", "agents/heartbeats", "agents/releases"})
  void shouldRefuseABodyThatIsNull(String path) {
    Api agents = Api.service("slipway-run-agent");

    assertThat(agents.post("/internal/" + path, "null").status()).isEqualTo(400);
    assertThat(agents.post("/internal/" + path, "{'agent':'a','runs':null}").status())
        .isEqualTo(400);
    assertThat(agents.post("/internal/" + path, "{'agent':'a','runs':[null]}").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leases/checks", "leases/act-as"})
  void shouldRefuseABodyOfTheBrokerThatIsNull(String path) {
    assertThat(broker.post("/internal/" + path, "null").status()).isEqualTo(400);
    assertThat(broker.post("/internal/" + path, "{'tokens':[null]}").status()).isEqualTo(400);
  }

  @Test
  void shouldNotShowLeasesToAnyoneButTheBroker() {
    assertThat(
            Api.service("slipway-run-agent")
                .post("/internal/leases/checks", "{'tokens':['" + UUID.randomUUID() + "']}")
                .status())
        .isEqualTo(403);
  }

  @Test
  void shouldGrantARunTheIdentityThatItNeedsAndNoOther() {
    Fixture fixture = Fixture.of("narrowgrant");
    String build =
        "{'location':'local','identity':{'type':'SystemAssigned'},'properties':{'step':{"
            + "'type':'Docker','dockerFilePath':'Dockerfile',"
            + "'contextPath':'https://git.example/a.git'}}}";
    Api.Answer task = fixture.api().put(fixture.task("hello"), build);
    assertThat(task.status()).as(task.toString()).isEqualTo(200);
    String own = task.at("/identity/principalId");
    try (TestAgent agent = new TestAgent("agent-narrow")) {
      String token = agent.claim(fixture.schedule().runUid(), 1).path("runToken").asText();

      assertThat(mayActAs(token, "'principal':'" + own + "'")).containsExactly(own);
      assertThat(mayActAs(token, "'principal':'" + UUID.randomUUID() + "'")).isEmpty();
      assertThat(mayActAs(token, "'principal':'[system]'")).as("it names no vault").isEmpty();
      String none = "{'runToken':'" + token + "'}";
      assertThat(broker.post("/internal/leases/act-as", none).status()).isEqualTo(400);
    }
  }

  private List<String> mayActAs(String token, String purpose) {
    Api.Answer answer =
        broker.post("/internal/leases/act-as", "{'runToken':'" + token + "'," + purpose + "}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return Tokens.claims(answer.at("/grant")).getJsonArray("may_act_as").stream()
        .map(String::valueOf)
        .toList();
  }

  private Api.Answer actAs(String token) {
    return broker.post("/internal/leases/act-as", "{'runToken':'" + token + "','principal':'p'}");
  }

  private JsonNode held(JsonNode claim) {
    String token = claim.path("runToken").asText();
    Api.Answer answer = broker.post("/internal/leases/checks", "{'tokens':['" + token + "']}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().at("/leases/0");
  }
}
