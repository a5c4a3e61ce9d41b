package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Imports of images, which are runs without a task. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ImportIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Api api = Api.administrator();

  @Test
  void shouldImportWithinOneRegistryWithTheRightToPush() {
    Fixture fixture = Fixture.of("importwithin");
    String own = api.get(fixture.id()).at("/properties/loginServer");
    for (String source :
        List.of("'resourceId':'" + fixture.id() + "'", "'registryUri':'" + own + "'")) {
      Api.Answer imported =
          api.post(
              fixture.id() + "/importImage",
              "{'source':{" + source + ",'sourceImage':'a:1'},'targetTags':['b:1']}");
      assertThat(imported.status()).as(imported.toString()).isEqualTo(202);
      String uid =
          Ledger.query("select uid from run where kind = 'Import' order by created_at desc");
      assertThat(Ledger.broker("select count(*) from binding where owner = '" + uid + "'"))
          .as("the registry's own binding, which may push, is not hidden by one that may not")
          .isEqualTo("0");
    }
    Api.Answer refused =
        api.post(
            fixture.id() + "/importImage",
            "{'source':{'registryUri':'"
                + own
                + "','sourceImage':'a:1','credentials':{'password':'x'}},'targetTags':['b:2']}");
    assertThat(refused.status()).isEqualTo(400);
  }

  @Test
  void shouldImportByARunAndSayHowItEnded() throws Exception {
    Fixture fixture = Fixture.of("importing");
    String body =
        "{'source':{'registryUri':'docker.io','sourceImage':'library/node:15-alpine'},"
            + "'targetTags':['baseimages/node:15-alpine'],'mode':'NoForce'}";
    try (TestAgent agent = new TestAgent("agent-m")) {
      String operation = begun(fixture, body);
      RunRef run = imported();
      JsonNode spec = agent.claim(run.runUid(), 1).path("spec");
      assertThat(spec.at("/step"))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"type":"Import","source":{"registry":"docker.io",
                   "repository":"library/node","reference":"15-alpine"},
                   "targets":["baseimages/node:15-alpine"],"untaggedTargets":[],"force":false}
                  """));
      assertThat(spec.path("task").isNull()).isTrue();
      assertThat(api.get(operation).status()).isEqualTo(202);
      assertThat(api.get(operation).header("Retry-After")).isEqualTo("1");
      assertThat(Api.with(Tokens.arm("slipway-run-agent")).get(operation).status()).isEqualTo(403);

      agent.completed(run, RunOutcome.SUCCEEDED, null, 0);
      Eventually.equal(200, () -> api.get(operation).status());
      assertThat(api.get(fixture.id() + "/runs").json().path("value").size()).isZero();

      pushed(fixture, "baseimages/node", "15-alpine", "push", "2026-01-01T00:00:00Z");
      Api.Answer again = api.post(fixture.id() + "/importImage", body);
      assertThat(again.status()).isEqualTo(409);
      assertThat(again.text()).contains("baseimages/node:15-alpine already exists");
      String forced = begun(fixture, body.replace("NoForce", "Force"));
      RunRef second = imported();
      agent.claim(second.runUid(), 1);
      agent.completed(second, RunOutcome.FAILED, "manifest unknown", 0);
      Eventually.equal(400, () -> api.get(forced).status());
      assertThat(api.get(forced).text()).contains("manifest unknown");
      pushed(fixture, "baseimages/node", "15-alpine", "delete", "2026-01-02T00:00:00Z");
      assertThat(api.post(fixture.id() + "/importImage", body).status()).isEqualTo(202);
    }
  }

  @Test
  void shouldImportFromAnotherRegistryOfThePlatformWithItsOwnIdentityToPullAlone() {
    Fixture source = Fixture.of("importsource");
    Fixture target = Fixture.of("importtarget");

    begun(
        target,
        "{'source':{'resourceId':'"
            + source.id()
            + "','sourceImage':'app:1'},'targetTags':['app:1']}");

    RunRef run = imported();
    JsonNode bindings = bindings(run.runUid().toString());
    String server = Platform.running().registry().open().get("importsource");
    assertThat(bindings.at("/" + server + "/actions").toString()).isEqualTo("[\"pull\"]");
    assertThat(bindings.at("/" + server + "/principalId").asText())
        .isEqualTo(Ledger.query("select principal_id from registry where name = 'importsource'"));
    try (TestAgent agent = new TestAgent("agent-n")) {
      assertThat(mayActAs(agent, run)).contains(principal("importsource"));
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0);
      Eventually.equal(0, () -> bindings(run.runUid().toString()).size());
    }
  }

  /** Whoever shows a password was not asked for the right to pull as the source does. */
  @Test
  void shouldNotActAsASourceForWhichThereIsAPassword() {
    Fixture source = Fixture.of("importguarded");
    Fixture target = Fixture.of("importguest");

    begun(
        target,
        "{'source':{'resourceId':'"
            + source.id()
            + "','sourceImage':'app:1','credentials':{'username':'u','password':'p'}},"
            + "'targetTags':['app:1']}");

    RunRef run = imported();
    try (TestAgent agent = new TestAgent("agent-p")) {
      assertThat(mayActAs(agent, run))
          .contains(principal("importguest"))
          .doesNotContain(principal("importguarded"));
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0);
    }
  }

  private static List<String> mayActAs(TestAgent agent, RunRef run) {
    List<String> principals = new ArrayList<>();
    Api.held(agent.claim(run.runUid(), 1).path("runToken").asText())
        .path("mayActAs")
        .forEach(one -> principals.add(one.asText()));
    return principals;
  }

  private static String principal(String registry) {
    return Ledger.query("select principal_id from registry where name = '" + registry + "'");
  }

  private String begun(Fixture fixture, String body) {
    Api.Answer answer = api.post(fixture.id() + "/importImage", body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.header("Location").substring("https://localhost:8443".length());
  }

  private static RunRef imported() {
    String found =
        Ledger.query(
            "select uid || ' ' || run_id || ' ' || registry from run where kind = 'Import'"
                + " order by uid desc limit 1");
    String[] parts = found.split(" ");
    return new RunRef(UUID.fromString(parts[0]), parts[1], parts[2], null, 1);
  }

  private static void pushed(
      Fixture fixture, String repository, String tag, String action, String time) {
    String event =
        "{'events':[{'id':'%s','registry':'%s','action':'%s','repository':'%s','tag':'%s','digest':'sha256:%s','mediaType':'m','size':1,'time':'%s'}]}"
            .formatted(
                action + time,
                Platform.running().registry().open().get("importing"),
                action,
                repository,
                tag,
                "0f".repeat(32),
                time);
    Api registry = Api.service("slipway-registry");
    assertThat(registry.post("/internal/registry-events", event).status()).isEqualTo(204);
    assertThat(registry.post("/internal/registry-events", event).status()).isEqualTo(204);
  }

  private static JsonNode bindings(String owner) {
    return Api.service("slipway-task-api")
        .atBroker()
        .get("/internal/owners/" + owner + "/bindings")
        .json()
        .path("bindings");
  }
}
