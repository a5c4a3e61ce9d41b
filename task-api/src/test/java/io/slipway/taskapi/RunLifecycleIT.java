package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One run from the request to its complete log, through the real services around. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class RunLifecycleIT {
  private static final ImageRef PUSHED =
      new ImageRef("127.0.0.1:20001", "hello-world", "ca1", "sha256:" + "0f".repeat(32));
  private static final ImageRef BASE =
      new ImageRef("127.0.0.1:20002", "baseimages/node", "15-alpine", "sha256:" + "1e".repeat(32));

  @Test
  void shouldGoFromRequestToCompleteLog() {
    Fixture fixture = Fixture.of("lifecycle");
    try (TestAgent agent = new TestAgent("agent-1")) {
      RunRef run = fixture.schedule();
      assertThat(run.runId()).matches("c[a-z]1");

      JsonNode queued = queued(agent.bus(), run).json();
      assertThat(queued.at("/run/attempt").asInt()).isEqualTo(1);
      assertThat(queued.path("pool").asText()).isEqualTo("default");

      JsonNode claim = agent.claim(run.runUid(), 1);
      assertThat(claim.path("outcome").asText()).isEqualTo("Claimed");
      assertThat(claim.at("/spec/step/taskContent").asText()).isEqualTo(Fixture.TASK_FILE);
      assertThat(claim.at("/spec/logins/0").asText()).startsWith("127.0.0.1:");
      assertThat(Api.held(claim.path("runToken").asText()).path("subject").asText())
          .isEqualTo("/registries/lifecycle/tasks/hello/runs/" + run.runId());
      assertThat(fixture.status(run)).isEqualTo("Started");
      assertThat(agent.beat(run.runUid(), 1)).isEqualTo("Held");

      String blob = blob(fixture, run);
      assertThat(Api.anonymous().head(blob).status()).isEqualTo(404);
      assertThat(Api.anonymous().head(blob).header("x-ms-error-code")).isEqualTo("BlobNotFound");

      agent.stepStarted(run, 11);
      Eventually.equal("Running", () -> fixture.status(run));
      String first = "2026/11/23 17:05:14 Scanning für dependencies...\r\n";
      String second = "\r\nRun ID: " + run.runId() + " was successful after 3s\r\n";
      long firstLength = first.getBytes(StandardCharsets.UTF_8).length;
      agent.log(run, 0, first);
      Eventually.equal(
          Long.toString(firstLength), () -> Api.anonymous().head(blob).header("Content-Length"));
      assertThat(Api.anonymous().head(blob).header("x-ms-meta-Complete")).isNull();

      agent.completed(
          run,
          RunOutcome.SUCCEEDED,
          null,
          firstLength + second.length(),
          List.of(PUSHED),
          List.of(new ImageDependency(PUSHED, BASE, List.of(), "0f98")));
      Eventually.equal("Succeeded", () -> fixture.status(run));
      assertThat(Api.anonymous().head(blob).header("x-ms-meta-Complete"))
          .as("bytes are missing")
          .isNull();

      agent.log(run, firstLength, second);
      Eventually.equal("successful", () -> Api.anonymous().head(blob).header("x-ms-meta-Complete"));
      whatPeopleSee(fixture, run, blob, first + second);
    }
  }

  /** A row's xmin is the transaction that wrote it last, so one number means one transaction. */
  @Test
  void shouldAcceptAndArchiveInOneTransaction() {
    Fixture fixture = Fixture.of("onetransaction");
    Api.Answer accepted =
        fixture
            .api()
            .post(
                fixture.id() + "/scheduleRun",
                "{'type':'TaskRunRequest','isArchiveEnabled':true,'taskId':'"
                    + fixture.task("hello")
                    + "'}",
                "Idempotency-Key",
                "once");
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(200);
    assertThat(accepted.json().at("/properties/isArchiveEnabled").asBoolean()).isTrue();
    RunRef run = fixture.ref(accepted.at("/name"), 1);
    assertThat(
            Ledger.query(
                """
                select r.archived and r.xmin = q.xmin from run r
                join run_request q on q.run_uid = r.uid where r.uid = '%s'\
                """
                    .formatted(run.runUid())))
        .isEqualTo("t");
    JsonNode read = fixture.api().get(fixture.run(run.runId())).json();
    // Only who asks for the run again is told why it waits.
    ((ObjectNode) read.get("properties")).remove(List.of("queuePosition", "queueReason"));
    assertThat(accepted.json()).isEqualTo(read);
  }

  @Test
  void shouldKeepWhatTheLatestRunStoodOnWhenAnEarlierOneEndsAfterIt() {
    Fixture fixture = Fixture.of("outoforder");
    RunRef earlier = fixture.schedule();
    RunRef later = fixture.schedule();
    ImageRef old = new ImageRef(BASE.registry(), BASE.repository(), "old", BASE.digest());
    try (TestAgent agent = new TestAgent("agent-order")) {
      agent.claim(earlier.runUid(), 1);
      agent.claim(later.runUid(), 1);
      for (RunRef run : List.of(later, earlier)) {
        ImageRef base = run == later ? BASE : old;
        agent.completed(
            run,
            RunOutcome.SUCCEEDED,
            null,
            0,
            List.of(),
            List.of(new ImageDependency(PUSHED, base, List.of(), "0f98")));
        Eventually.equal("Succeeded", () -> fixture.status(run));
      }
    }
    assertThat(
            fixture
                .api()
                .get(fixture.task("hello"))
                .at("/properties/step/baseImageDependencies/0/tag"))
        .isEqualTo(BASE.tag());
  }

  private static void whatPeopleSee(Fixture fixture, RunRef run, String blob, String log) {
    Api anonymous = Api.anonymous();
    assertThat(anonymous.get(blob).text()).isEqualTo(log);
    Api.Answer part = anonymous.get(blob, "x-ms-range", "bytes=4-9");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range"))
        .isEqualTo("bytes 4-9/" + log.getBytes(StandardCharsets.UTF_8).length);
    assertThat(part.text()).isEqualTo(log.substring(4, 10));
    assertThat(anonymous.get(blob, "x-ms-range", "bytes=9999-19999").status()).isEqualTo(416);
    for (String accept : List.of("application/xml", "*/*", "text/plain")) {
      assertThat(anonymous.get(blob, "Accept", accept).text()).as(accept).isEqualTo(log);
    }

    JsonNode shown = fixture.api().get(fixture.run(run.runId())).json().path("properties");
    assertThat(shown.path("runType").asText()).isEqualTo("AutoRun");
    assertThat(shown.path("task").asText()).isEqualTo("hello");
    assertThat(shown.at("/outputImages/0/digest").asText()).isEqualTo(PUSHED.digest());
    assertThat(shown.path("createTime").asText())
        .isLessThanOrEqualTo(shown.path("startTime").asText());
    assertThat(shown.path("startTime").asText())
        .isLessThanOrEqualTo(shown.path("finishTime").asText());

    JsonNode dependency =
        fixture
            .api()
            .get(fixture.task("hello"))
            .json()
            .at("/properties/step/baseImageDependencies/0");
    assertThat(dependency.path("type").asText()).isEqualTo("RunTime");
    assertThat(dependency.path("digest").asText()).isEqualTo(BASE.digest());

    String found = fixture.id() + "/runs?%24filter=";
    assertThat(
            fixture
                .api()
                .get(
                    found
                        + "contains(OutputImageManifests,%20%27hello-world@"
                        + PUSHED.digest()
                        + "%27)")
                .json()
                .at("/value/0/name")
                .asText())
        .isEqualTo(run.runId());
    assertThat(fixture.api().get(found + "Status%20eq%20%27Failed%27").json().path("value").size())
        .isZero();

    Api.Answer stream = fixture.api().get(fixture.run(run.runId()) + "/logStream");
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(stream.text()).contains("event:complete").contains("\"outcome\":\"successful\"");
    Api.Answer rest =
        fixture.api().get(fixture.run(run.runId()) + "/logStream", "Last-Event-ID", "55");
    assertThat(rest.text()).doesNotContain("Scanning").contains("was successful");
  }

  @Test
  void shouldTellOfEachStateOnce() {
    Fixture fixture = Fixture.of("announcing");
    try (TestAgent agent = new TestAgent("agent-2")) {
      RunRef run = fixture.schedule();
      Bus.Seen queued = queued(agent.bus(), run);
      agent.claim(run.runUid(), 1);
      agent.stepStarted(run, 11);
      Eventually.equal("Running", () -> fixture.status(run));

      // Only the agent says that it has the run, so that no step comes before that.
      List<Bus.Seen> told =
          agent.bus().await(Topics.RUN_EVENTS, 1, it -> it.key().equals(run.runUid().toString()));

      assertThat(queued.headers())
          .containsEntry("ce_type", "io.slipway.run.queued.v1")
          .containsEntry("ce_source", "/registries/announcing/tasks/hello")
          .containsEntry("ce_subject", "runs/" + run.runId())
          .containsEntry("ce_sequence", Long.toString(EventAttributes.sequence(1, 1)));
      assertThat(told).extracting(Bus.Seen::type).containsExactly("io.slipway.step.started.v1");
    }
  }

  @Test
  void shouldGiveAFewestRunsAPage() {
    Fixture fixture = Fixture.of("paging");
    for (int i = 0; i < 5; i++) {
      fixture.schedule();
    }

    JsonNode top = fixture.api().get(fixture.id() + "/runs?%24top=2").json();

    assertThat(top.path("value").size()).isEqualTo(2);
    assertThat(top.at("/value/0/name").asText()).endsWith("5");
    assertThat(top.path("nextLink").isMissingNode()).isTrue();
    assertThat(
            fixture
                .api()
                .get(fixture.id() + "/runs?%24top=2&%24skipToken=4")
                .json()
                .at("/value/0/name")
                .asText())
        .endsWith("3");
  }

  private static Bus.Seen queued(Bus bus, RunRef run) {
    return bus.await(Topics.runQueue("default"), 1, it -> it.key().equals(run.runUid().toString()))
        .getFirst();
  }

  private static String blob(Fixture fixture, RunRef run) {
    String link =
        fixture.api().post(fixture.run(run.runId()) + "/listLogSasUrl", null).at("/logLink");
    assertThat(link).startsWith("https://localhost:8443/slipwaylogs.blob.local/logs-");
    return link.substring("https://localhost:8443".length());
  }
}
