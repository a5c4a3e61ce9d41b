package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How runs are accepted, and what is refused by name. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class AcceptanceIT {
  @Inject RunCredentials credentials;

  /** If the answer to a COMMIT is lost there may be a run, which needs what is its own. */
  @Test
  void shouldKeepWhatARunHasUnlessThereIsNoRunForCertain() {
    UUID unclear = UUID.randomUUID();
    UUID refused = UUID.randomUUID();

    assertThatThrownBy(() -> during(unclear, new IOException("connection reset")))
        .hasMessageContaining("connection reset");
    assertThatThrownBy(() -> during(refused, ArmException.conflict("no")))
        .hasMessageContaining("no");

    assertThat(secrets(unclear)).isEqualTo("1");
    assertThat(secrets(refused)).isEqualTo("0");
  }

  private void during(UUID run, Exception failure) {
    credentials
        .during(
            run,
            new RunCredentials.Own(new JsonObject(), Map.of("password", "of this run")),
            () -> Uni.createFrom().failure(failure))
        .await()
        .indefinitely();
  }

  private static String secrets(UUID owner) {
    return Ledger.broker("select count(*) from run_secret where owner = '" + owner + "'");
  }

  @Test
  void shouldAnswerRequestsWithoutABodyAsTheCallersMistake() {
    Fixture fixture = Fixture.of("nobodies");
    Api api = fixture.api();
    for (String body : new String[] {null, "null"}) {
      for (Api.Answer answer :
          List.of(
              api.post(fixture.id() + "/scheduleRun", body),
              api.put(fixture.task("hello"), body),
              api.patch(fixture.task("hello"), body),
              api.put(fixture.id(), body),
              api.patch(fixture.id(), body),
              api.post(fixture.id() + "/importImage", body),
              api.put(fixture.id() + "/taskRuns/deployed", body),
              api.put(Api.GROUP, body),
              Api.service("slipway-run-agent").post("/internal/agents/claims", body),
              Api.service("slipway-run-agent").post("/internal/agents/heartbeats", body))) {
        // Without a body there is no type of it either, which is what some routes look at first.
        assertThat(answer.status()).as("%s %s", body, answer).isIn(400, body == null ? 415 : 400);
      }
    }
  }

  @Test
  void shouldRefuseASpecificationThatNoAgentShouldRead() {
    Fixture fixture = Fixture.of("toolarge");
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      values
          .append(i == 0 ? "" : ",")
          .append("{'name':'v%d','value':'%s'}".formatted(i, "x".repeat(60_000)));
    }
    Api.Answer refused =
        fixture
            .api()
            .post(
                fixture.id() + "/scheduleRun",
                "{'type':'TaskRunRequest','taskId':'%s','overrideTaskStepProperties':{'values':[%s]}}"
                    .formatted(fixture.task("hello"), values));

    assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
    assertThat(refused.at("/error/code")).isEqualTo("SpecificationTooLarge");
  }

  @Test
  void shouldAcceptABatchOfEventsButForTheBadOnes() {
    Fixture fixture = Fixture.of("eventbatch");
    try (Bus bus = new Bus()) {
      for (int i = 0; i < 30; i++) {
        String task = i % 10 == 3 ? "missing" + i : "hello";
        bus.publish(Topics.RUN_REQUESTS, "k", new RunRequested("EventBatch", task, Map.of()), 0, 0);
      }

      Eventually.equal(
          "27", () -> Ledger.query("select count(*) from run where registry = 'eventbatch'"));
      assertThat(
              bus.await(
                  Topics.RUN_EVENTS,
                  3,
                  it -> it.type().contains("run.rejected") && it.text().contains("EventBatch")))
          .hasSize(3);
      assertThat(
              Ledger.query(
                  "select count(distinct number) || ' ' || max(number) from run"
                      + " where registry = 'eventbatch'"))
          .isEqualTo("27 27");
    }
  }

  @Test
  void shouldNotRejectWhatWasAcceptedBeforeItsTaskWasDeleted() {
    Fixture fixture = Fixture.of("redelivered");
    UUID id = UUID.randomUUID();
    RunRequested asked = new RunRequested("redelivered", "hello", Map.of());
    try (Bus bus = new Bus()) {
      bus.publish(Topics.RUN_REQUESTS, "k", asked, id, 0, 0);
      Eventually.equal(
          "1", () -> Ledger.query("select count(*) from run where registry = 'redelivered'"));
      assertThat(fixture.api().delete(fixture.task("hello")).status()).isEqualTo(200);

      bus.publish(Topics.RUN_REQUESTS, "k", asked, id, 0, 0);
      bus.publish(Topics.RUN_REQUESTS, "k", asked, UUID.randomUUID(), 0, 0);

      // The second one has no task; when it is answered, so is the one before it.
      List<Bus.Seen> rejected =
          bus.await(
              Topics.RUN_EVENTS,
              1,
              it -> it.type().contains("run.rejected") && it.text().contains("redelivered"));
      assertThat(rejected).hasSize(1);
      assertThat(rejected.getFirst().text()).doesNotContain(id.toString());
    }
  }

  /** The specification of CloudEvents allows any text as an id. */
  @Test
  void shouldAnswerAnEventWhoseIdIsNotAUuid() {
    Fixture.of("anyid");
    try (Bus bus = new Bus()) {
      Map<String, String> headers =
          new HashMap<>(
              Map.of(
                  "ce_specversion", "1.0",
                  "ce_id", "build #42 of nightly",
                  "ce_source", "/ci",
                  "ce_type", "io.slipway.run.requested.v1",
                  "ce_time", "2026-01-01T00:00:00Z"));
      byte[] data =
          "{\"registry\":\"anyid\",\"task\":\"nosuchtask\",\"values\":{}}"
              .getBytes(StandardCharsets.UTF_8);
      Tokens.vouch("slipway-administrator", "k", headers, data);
      bus.publishRaw(Topics.RUN_REQUESTS, "k", headers, data);

      List<Bus.Seen> rejected =
          bus.await(
              Topics.RUN_EVENTS,
              1,
              it -> it.type().contains("run.rejected") && it.text().contains("anyid"));
      assertThat(rejected.getFirst().json().path("requestId").asText())
          .isEqualTo("build #42 of nightly");
    }
  }

  @Test
  void shouldAcceptWhatAnEventAsksForOnce() {
    Fixture fixture = Fixture.of("byevent");
    try (TestAgent agent = new TestAgent("accepts")) {
      Bus bus = agent.bus();
      UUID id = UUID.randomUUID();
      var asked = new RunRequested("BYEVENT", "Hello", Map.of("k", "v"));
      String before = count();

      bus.publish(Topics.RUN_REQUESTS, "byevent", asked, id, 0, 0);
      bus.publish(Topics.RUN_REQUESTS, "byevent", asked, id, 0, 0);
      bus.publish(
          Topics.RUN_REQUESTS, "byevent", new RunRequested("byevent", "notthere", Map.of()), 0, 0);

      List<Bus.Seen> rejected =
          bus.await(
              Topics.RUN_EVENTS,
              1,
              it -> it.type().contains("run.rejected") && it.text().contains("notthere"));
      assertThat(rejected.getFirst().json().path("code").asText()).isEqualTo("ResourceNotFound");
      Eventually.equal(Long.toString(Long.parseLong(before) + 1), AcceptanceIT::count);
      String runId =
          Ledger.query(
              "select run_id from run where registry = 'byevent' and trigger_kind = 'Event' order"
                  + " by number desc limit 1");
      JsonNode claim = agent.claim(fixture.ref(runId, 1).runUid(), 1);
      assertThat(claim.at("/spec/step/values/0/value").asText()).isEqualTo("v");
      assertThat(claim.at("/spec/causation/id").asText()).isEqualTo(id.toString());
      Set<String> keys = Set.copyOf(rejected.getFirst().headers().keySet());
      assertThat(keys).contains("ce_id", "ce_source", "ce_dataschema");
    }
  }

  /** Whoever asks learns which run came of it, and knows all that is said of it. */
  @Test
  void shouldTellWhoAskedWhichRunItIs() {
    Fixture fixture = Fixture.of("answered");
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    try (Bus bus = new Bus()) {
      Map<String, String> headers =
          new HashMap<>(
              Map.of(
                  "ce_specversion", "1.0",
                  "ce_id", "order 4711",
                  "ce_source", "/shop",
                  "ce_type", "io.slipway.run.requested.v1",
                  "ce_time", "2026-01-01T00:00:00Z",
                  "ce_traceparent", trace));
      byte[] data =
          "{\"registry\":\"answered\",\"task\":\"hello\",\"values\":{}}"
              .getBytes(StandardCharsets.UTF_8);
      Tokens.vouch("slipway-administrator", "k", headers, data);
      bus.publishRaw(Topics.RUN_REQUESTS, "k", headers, data);
      bus.publishRaw(Topics.RUN_REQUESTS, "k", headers, data);

      Bus.Seen accepted =
          bus.await(
                  Topics.RUN_EVENTS,
                  1,
                  it -> it.type().contains("run.accepted") && it.text().contains("answered"))
              .getFirst();
      String runId = accepted.json().at("/run/runId").asText();
      assertThat(accepted.json().path("requestId").asText()).isEqualTo("order 4711");
      assertThat(accepted.json().path("requestSource").asText()).isEqualTo("/shop");
      assertThat(accepted.json().path("resourceId").asText()).isEqualTo(fixture.run(runId));
      assertThat(fixture.api().post(fixture.run(runId) + "/cancel", "{}").status()).isEqualTo(200);
      String uid = accepted.json().at("/run/runUid").asText();
      Bus.Seen ended =
          bus.await(
                  Topics.RUN_EVENTS,
                  1,
                  it -> it.type().contains("run.completed") && it.key().equals(uid))
              .getFirst();
      Bus.Seen queued =
          bus.await(Topics.runQueue("default"), 1, it -> it.key().equals(uid)).getFirst();
      assertThat(List.of(accepted, queued, ended))
          .allSatisfy(event ->
              assertThat(event.headers())
                  .containsEntry("ce_causationid", "order 4711")
                  .containsEntry("ce_causationsource", "/shop")
                  .containsEntry("ce_traceparent", trace));

      Api.Answer found =
          fixture.api().get(fixture.id() + "/runs?$filter=requestId%20eq%20'order%204711'");
      assertThat(found.at("/value/0/properties/runId")).isEqualTo(runId);
      assertThat(found.at("/value/0/properties/requestSource")).isEqualTo("/shop");
      assertThat(
              fixture
                  .api()
                  .get(
                      fixture.id()
                          + "/runs?$filter=requestId%20eq%20'order%204711'"
                          + "%20and%20requestSource%20eq%20'/other'")
                  .at("/value/0/name"))
          .isEmpty();
    }
  }

  private static String count() {
    return Ledger.query(
        "select count(*) from run where registry = 'byevent' and trigger_kind = 'Event'");
  }
}
