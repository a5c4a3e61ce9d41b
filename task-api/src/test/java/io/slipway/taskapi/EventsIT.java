package io.slipway.taskapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Installation;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Any valid CloudEvent asks for a run: in each mode of Kafka, and over HTTP. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class EventsIT {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch+json";
  private static final Bus BUS = new Bus();

  @AfterAll
  static void close() {
    BUS.close();
  }

  private static String event(String id, String registry, String task) {
    return ("{'specversion':'1.0','id':'%s','source':'the shop','type':'io.slipway.run.requested.v1',"
            + "'traceparent':'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',"
            + "'data':{'registry':'%s','task':'%s'}}")
        .formatted(id, registry, task);
  }

  private static Api.Answer post(Fixture fixture, String contentType, String body) {
    return fixture.api().post(fixture.id() + "/events", body, "Content-Type", contentType);
  }

  private static String runs(String registry) {
    return Ledger.query("select count(*) from run where registry = '" + registry + "'");
  }

  private static List<Bus.Seen> seen(String registry, int count) {
    return BUS.await(
        Topics.RUN_EVENTS,
        count,
        it -> it.text().contains("\"" + registry + "\"") && it.text().contains("requestId"));
  }

  @Test
  void shouldAnswerACallWithTheEventThatIsOnKafka() {
    Fixture fixture = Fixture.of("httpevents");

    Api.Answer structured = post(fixture, STRUCTURED, event("order 1", "httpevents", "hello"));
    Api.Answer again = post(fixture, STRUCTURED, event("order 1", "httpevents", "hello"));
    Api.Answer binary =
        fixture
            .api()
            .post(
                fixture.id() + "/events",
                "{'registry':'httpevents','task':'hello','values':{'k':'v'}}",
                "ce-specversion",
                "1.0",
                "ce-id",
                "Gr%C3%B6%C3%9Fe",
                "ce-source",
                "/ci",
                "ce-type",
                "io.slipway.run.requested.v1");

    assertThat(structured.status()).as(structured.toString()).isEqualTo(202);
    assertThat(structured.header("Content-Type")).isEqualTo(STRUCTURED);
    assertThat(structured.at("/type")).isEqualTo("io.slipway.run.accepted.v1");
    assertThat(structured.at("/causationid")).isEqualTo("order 1");
    assertThat(structured.at("/causationsource")).isEqualTo("the shop");
    assertThat(structured.at("/traceparent")).startsWith("00-4bf9");
    String run = structured.at("/data/run/runId");
    assertThat(structured.at("/data/resourceId")).isEqualTo(fixture.run(run));
    assertThat(structured.header("Location")).endsWith(fixture.run(run));
    assertThat(again.json()).isEqualTo(structured.json());
    assertThat(binary.at("/data/requestId")).isEqualTo("Größe");
    assertThat(runs("httpevents")).isEqualTo("2");
    assertThat(seen("httpevents", 2))
        .extracting(one -> one.headers().get("ce_id"))
        .containsExactlyInAnyOrder(structured.at("/id"), binary.at("/id"));
  }

  @Test
  void shouldAnswerEachEventOfABatch() {
    Fixture fixture = Fixture.of("batched");

    Api.Answer answer =
        post(
            fixture,
            BATCH,
            "[%s,%s,%s]"
                .formatted(
                    event("1", "batched", "hello"),
                    event("2", "batched", "missing"),
                    event("1", "batched", "hello")));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    assertThat(answer.json().findValuesAsText("type"))
        .containsExactly(
            "io.slipway.run.accepted.v1",
            "io.slipway.run.rejected.v1",
            "io.slipway.run.accepted.v1");
    assertThat(answer.at("/1/data/code")).isEqualTo("ResourceNotFound");
    assertThat(answer.json().get(2)).isEqualTo(answer.json().get(0));
    assertThat(runs("batched")).isEqualTo("1");
    assertThat(seen("batched", 2)).hasSize(2);
  }

  @Test
  void shouldSayWhatIsWrongAndAcceptNothing() {
    Fixture fixture = Fixture.of("wrongevents");
    String good = event("1", "wrongevents", "hello");

    Api.Answer missing = post(fixture, STRUCTURED, event("1", "wrongevents", "missing"));
    assertThat(missing.status()).isEqualTo(404);
    Map<String, String> wrong =
        Map.of(
            "[" + good + "," + event("2", "elsewhere", "hello") + "]",
            "event 1: registry is 'elsewhere', but this is the address of 'wrongevents'.",
            "[" + good + ",{'specversion':'1.0','source':'/','type':'x'}]",
            "event 1: header ce_id is missing.",
            "[" + good + "," + good.replace("run.requested", "run.queued") + "]",
            "event 1: incomplete io.slipway.run.queued.v1: run is missing.",
            "[" + good + "," + event("x".repeat(257), "wrongevents", "hello") + "]",
            "event 1: ce_id has more than 256 characters.",
            good,
            "a batch must be a JSON array of events.");
    wrong.forEach((body, reason) -> {
      Api.Answer refused = post(fixture, BATCH, body);
      assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
      assertThat(refused.at("/error/message")).isEqualTo(reason);
    });
    Api stranger = Api.with(Tokens.arm("slipway-registry"));
    String path = fixture.id() + "/events";
    assertThat(stranger.post(path, good, "Content-Type", STRUCTURED).status()).isEqualTo(403);
    assertThat(Api.anonymous().post(path, good, "Content-Type", STRUCTURED).status())
        .isEqualTo(401);
    assertThat(runs("wrongevents")).isEqualTo("0");
  }

  /** One event by two ways is one request. */
  @Test
  void shouldTakeStructuredModeFromKafka() {
    Fixture fixture = Fixture.of("onkafka");
    String id = "é".repeat(256);
    byte[] value = event(id, "onkafka", "hello").replace('\'', '"').getBytes(UTF_8);
    Map<String, String> headers = new HashMap<>(Map.of("content-type", STRUCTURED));
    Tokens.vouch("slipway-administrator", "k", headers, value);

    BUS.publishRaw(Topics.RUN_REQUESTS, "k", headers, value);
    JsonNode accepted = seen("onkafka", 1).getFirst().json();
    Api.Answer again = post(fixture, STRUCTURED, event(id, "onkafka", "hello"));

    assertThat(accepted.path("requestId").asText()).isEqualTo(id);
    assertThat(again.json().path("data")).isEqualTo(accepted);
    assertThat(runs("onkafka")).isEqualTo("1");
  }

  private static String asking(String registry, String id, String type, String data) {
    return "{'specversion':'1.0','id':'%s','source':'/ci','type':'io.slipway.%s.v1','data':{'registry':'%s',%s}}"
        .formatted(id, type, registry, data);
  }

  /** What is to run, and what is to end. */
  @Test
  void shouldDoWhatTheEventSaysAsTheCallWould() {
    Fixture fixture = Fixture.of("kinds");
    Map<String, String> kinds =
        Map.of(
            "QuickRun",
            "'request':{'type':'EncodedTaskRunRequest','platform':{'os':'linux'},'encodedTaskContent':'"
                + Fixture.TASK_FILE
                + "'}",
            "QuickBuild",
            "'request':{'type':'DockerBuildRequest','platform':{'os':'linux'},'imageNames':['a:1'],"
                + "'dockerFilePath':'Dockerfile','sourceLocation':'https://github.com/a/b.git'}",
            "AutoRun",
            "'task':'hello','request':{'overrideTaskStepProperties':{'file':'other.yaml'}}");
    kinds.forEach((runType, data) -> {
      Api.Answer answer =
          post(fixture, STRUCTURED, asking("kinds", runType, "run.requested", data));
      assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
      String run = answer.at("/data/resourceId");
      assertThat(fixture.api().get(run).at("/properties/runType")).isEqualTo(runType);

      String id = "no " + runType;
      String cancel = "'runId':'" + answer.at("/data/run/runId") + "'";
      Api.Answer canceled =
          post(fixture, STRUCTURED, asking("kinds", id, "run.cancelrequested", cancel));
      assertThat(canceled.status()).as(canceled.toString()).isEqualTo(202);
      assertThat(
              post(fixture, STRUCTURED, asking("kinds", id, "run.cancelrequested", cancel)).json())
          .isEqualTo(canceled.json());
      assertThat(fixture.api().get(run).at("/properties/status")).isEqualTo("Canceled");
      assertThat(
              post(
                      fixture,
                      STRUCTURED,
                      asking("kinds", "late " + id, "run.cancelrequested", cancel))
                  .status())
          .isEqualTo(409);
    });
    assertThat(runs("kinds")).isEqualTo("3");
    assertThat(seen("kinds", 9)).hasSize(9);
  }

  @Test
  void shouldTakeNoSecretsAndSayWhereATaskFileIsWrong() {
    Fixture fixture = Fixture.of("nosecrets");
    String quick = "'request':{'type':'EncodedTaskRunRequest','platform':{'os':'linux'},";
    String file = "'encodedTaskContent':'" + Fixture.TASK_FILE + "'";
    Map<String, String> wrong =
        Map.of(
            quick + file + ",'values':[{'name':'p','value':'x','isSecret':true}]}",
            "request has secret values, which no event may have: keep them in a task.",
            quick
                + file
                + ",'credentials':{'customRegistries':{'r.io':{'userName':{'value':'u'},'password':{'value':'p'}}}}}",
            "request.credentials.customRegistries.r.io has a user name or password, which no event"
                + " may have: give an identity or addresses in a key vault (type Vaultsecret).");
    wrong.forEach((data, reason) -> {
      Api.Answer refused =
          post(fixture, STRUCTURED, asking("nosecrets", "secret", "run.requested", data));
      assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
      assertThat(refused.at("/error/message")).isEqualTo(reason);
    });
    String broken = Base64.getEncoder().encodeToString("steps:\n  - cmd: [\n".getBytes(UTF_8));
    post(
        fixture,
        STRUCTURED,
        asking(
            "nosecrets",
            "broken",
            "run.requested",
            quick + "'encodedTaskContent':'" + broken + "'}"));

    JsonNode rejected =
        BUS.await(Topics.RUN_EVENTS, 1, it -> it.text().contains("\"broken\"")).getFirst().json();
    assertThat(rejected.path("code").asText()).isEqualTo("InvalidRunRequest");
    assertThat(rejected.path("field").asText()).contains("encodedTaskContent");
    assertThat(rejected.at("/position/line").asInt()).isPositive();
    assertThat(rejected.path("task").isNull()).isTrue();
  }

  @Test
  void shouldServeTheContractThatItKeeps() throws Exception {
    Fixture fixture = Fixture.of("contracted");
    post(fixture, STRUCTURED, event("1", "contracted", "missing"));
    String run = post(fixture, STRUCTURED, event("2", "contracted", "hello")).at("/data/run/runId");
    fixture.api().post(fixture.run(run) + "/cancel", "{}");
    List<Bus.Seen> sent =
        BUS.await(
            Topics.RUN_EVENTS,
            3,
            it -> it.text().contains("\"contracted\"") && it.type().contains(".run."));

    assertThat(Api.anonymous().get("/asyncapi.yaml").text()).startsWith("asyncapi: 3.0.0");
    assertThat(Api.anonymous().get("/schemas/no.json").status()).isEqualTo(404);
    for (Bus.Seen one : sent) {
      Api.Answer schema = Api.anonymous().get(one.headers().get("ce_dataschema"));
      assertThat(schema.status()).as(one.toString()).isEqualTo(200);
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                  .getSchema(schema.text())
                  .validate(one.json()))
          .as(one.toString())
          .isEmpty();
    }
  }

  /** The script of the docs, which knows CloudEvents and the address of a run. */
  @Test
  void shouldGoFromARequestToADigestByScript() throws Exception {
    Fixture.of("scripted");
    ProcessBuilder script =
        new ProcessBuilder(
            "/usr/bin/python3",
            "../docs/request-run.py",
            Api.GROUP.substring(Api.GROUP.lastIndexOf('/') + 1),
            "scripted",
            "hello");
    script.redirectErrorStream(true);
    script
        .environment()
        .putAll(
            Map.of(
                "SLIPWAY_ARM_ENDPOINT",
                Api.own(),
                "SLIPWAY_AD_ENDPOINT",
                Platform.running().identityUrl() + "/adfs",
                "SLIPWAY_SCOPE",
                Installation.ARM + "/.default",
                "SLIPWAY_SUBSCRIPTION_ID",
                Installation.SUBSCRIPTION,
                "SLIPWAY_CLIENT_ID",
                "slipway-administrator",
                "SLIPWAY_CLIENT_SECRET",
                Platform.running().installation().secret("slipway-administrator")));
    Process process = script.start();
    try (TestAgent agent = new TestAgent("scripted")) {
      JsonNode accepted = seen("scripted", 1).getFirst().json().path("run");
      RunRef run =
          new RunRef(
              UUID.fromString(accepted.path("runUid").asText()),
              accepted.path("runId").asText(),
              "scripted",
              "hello",
              1);
      agent.claim(run.runUid(), 1);
      ImageRef image = new ImageRef("127.0.0.1:1", "hello", "1", "sha256:" + "a".repeat(64));
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0, List.of(image), List.of());

      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
          .isEqualTo(run.runId() + " Succeeded " + image.digest() + "\n");
    } finally {
      process.destroyForcibly();
    }
  }
}
