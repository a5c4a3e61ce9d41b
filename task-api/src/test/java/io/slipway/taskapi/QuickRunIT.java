package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs of what a request itself says, and what is for one run alone. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class QuickRunIT {
  private static final String OWN = "'platform':{'os':'linux','architecture':'amd64'}";
  private static final String CONTEXT = "'sourceLocation':'https://git.example/r.git#main:app'";

  @Inject ProcessCleanups cleanups;

  @Test
  void shouldGiveAnAgentWhatADockerBuildRequestSays() {
    Fixture fixture = Fixture.of("quickbuild");
    Api.Answer run =
        schedule(
            fixture,
            """
            {'type':'DockerBuildRequest','imageNames':['a:{{.Run.ID}}','b:1'],'isPushEnabled':true,
             'noCache':true,'dockerFilePath':'app/Dockerfile','target':'final','timeout':600,
             'arguments':[{'name':'V','value':'1','isSecret':false}],
             'platform':{'os':'Linux','architecture':'arm64','variant':'v8'},
             'agentConfiguration':{'cpu':4},'isArchiveEnabled':true,'credentials':{},%s}\
            """
                .formatted(CONTEXT));
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    assertThat(run.at("/properties/runType")).isEqualTo("QuickBuild");
    assertThat(run.json().at("/properties/task").isNull()).isTrue();
    assertThat(run.json().at("/properties/isArchiveEnabled").asBoolean()).isTrue();
    JsonNode spec = claimed(fixture, run).path("spec");
    assertThat(spec.path("timeoutSeconds").asInt()).isEqualTo(600);
    assertThat(spec.path("cpu").asInt()).isEqualTo(4);
    assertThat(spec.path("platform").toString())
        .isEqualTo("{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"}");
    assertThat(spec.path("task").isNull()).isTrue();
    assertThat(spec.path("logins")).hasSize(1);
    JsonNode step = spec.path("step");
    assertThat(step.path("type").asText()).isEqualTo("Docker");
    assertThat(step.path("contextPath").asText()).isEqualTo("https://git.example/r.git#main:app");
    assertThat(step.path("buildSource").isNull()).isTrue();
    assertThat(step.path("imageNames").toString()).isEqualTo("[\"a:{{.Run.ID}}\",\"b:1\"]");
    assertThat(step.path("dockerFilePath").asText()).isEqualTo("app/Dockerfile");
    assertThat(step.path("target").asText()).isEqualTo("final");
    assertThat(step.path("noCache").asBoolean()).isTrue();
    assertThat(step.path("arguments").toString()).isEqualTo("[{\"name\":\"V\",\"value\":\"1\"}]");
  }

  @Test
  void shouldGiveAnAgentWhatTaskFileRequestsSay() {
    Fixture fixture = Fixture.of("quickfile");
    JsonNode file =
        claimed(
                fixture,
                schedule(
                    fixture,
                    "{'type':'FileTaskRunRequest','taskFilePath':'acb.yaml','valuesFilePath':'v.yaml',"
                        + "'values':[{'name':'k','value':'v'}],"
                        + OWN
                        + ","
                        + CONTEXT
                        + "}"))
            .at("/spec/step");
    assertThat(file.path("type").asText()).isEqualTo("FileTask");
    assertThat(file.path("taskFilePath").asText()).isEqualTo("acb.yaml");
    assertThat(file.path("valuesFilePath").asText()).isEqualTo("v.yaml");
    assertThat(file.path("values").toString()).isEqualTo("[{\"name\":\"k\",\"value\":\"v\"}]");
    JsonNode encoded = claimed(fixture, schedule(fixture, encoded(""))).at("/spec/step");
    assertThat(encoded.path("type").asText()).isEqualTo("EncodedTask");
    assertThat(encoded.path("taskContent").asText()).isEqualTo(Fixture.TASK_FILE);
    assertThat(encoded.path("contextPath").isNull()).isTrue();
  }

  @Test
  void shouldNameEveryFieldThatIsWrong() {
    Fixture fixture = Fixture.of("quickwrong");
    Api.Answer refused =
        schedule(
            fixture,
            """
            {'type':'DockerBuildRequest','timeout':299,'platform':{'architecture':'sparc'},
             'agentConfiguration':{'cpu':0},'agentPoolName':'mine','noCache':'yes',
             'arguments':[{'value':'x'},{'name':'s','isSecret':true}],'isArchiveEnabled':1}\
            """);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/code")).isEqualTo("InvalidRunRequest");
    assertThat(refused.json().at("/error/details").findValuesAsText("target"))
        .contains(
            "timeout",
            "platform.os",
            "platform.architecture",
            "agentConfiguration.cpu",
            "agentPoolName",
            "noCache",
            "arguments[0].name",
            "dockerFilePath",
            "sourceLocation",
            "isArchiveEnabled",
            "s");
    assertThat(schedule(fixture, "{'type':'Nothing'}").at("/error/message"))
        .contains("type is 'Nothing'", "EncodedTaskRunRequest");
    assertThat(schedule(fixture, encoded("'timeout':28801")).at("/error/message"))
        .contains("timeout is 28801, must be from 300 to 28800");
    assertThat(
            schedule(fixture, "{'type':'EncodedTaskRunRequest'," + OWN + "}").at("/error/message"))
        .contains("encodedTaskContent is missing");
  }

  @Test
  void shouldKeepCredentialsAndSecretsOfARunAsLongAsItLasts() {
    Fixture fixture = Fixture.of("quicksecret");
    Api.Answer run =
        schedule(
            fixture,
            encoded(
                """
                'values':[{'name':'pw','value':'quicksecretvalue','isSecret':true}],
                'credentials':{'customRegistries':{'other.example:5000':{
                  'userName':{'value':'me','type':'Opaque'},
                  'password':{'value':'quicksecretpassword','type':'Opaque'}}}}\
                """));
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    assertThat(run.text()).doesNotContain("quicksecret" + "value", "quicksecretpassword");
    RunRef ref = fixture.ref(run.at("/name"), 1);
    try (TestAgent agent = new TestAgent("agent-q")) {
      JsonNode claim = agent.claim(ref.runUid(), 1);
      assertThat(claim.at("/spec/logins").toString()).contains("other.example:5000");
      assertThat(claim.at("/spec/step/secretNames").toString()).isEqualTo("[\"pw\"]");
      assertThat(claim.at("/spec/step/values")).isEmpty();
      assertThat(agent.secrets(claim).at("/secrets/pw")).isEqualTo("quicksecretvalue");
      Api.Answer lease = agent.lease(claim, "{'loginServer':'other.example:5000','scopes':[]}");
      assertThat(lease.at("/password")).as(lease.toString()).isEqualTo("quicksecretpassword");
      assertNotInLedger("quicksecretvalue", "quicksecretpassword");

      agent.completed(ref, RunOutcome.FAILED, "no", 0);
      Eventually.holds(() -> assertThat(fixture.status(ref)).isEqualTo("Failed"));
      assertForgotten(ref);
      assertThat(agent.secrets(claim).status()).isEqualTo(403);
    }
  }

  @Test
  void shouldAddSecretValuesToOneRunOfATask() {
    Fixture fixture = Fixture.of("quickoverride");
    String task =
        Fixture.taskBody("")
            .replace(
                "'values':[]",
                "'values':[{'name':'a','value':'task-a','isSecret':true},"
                    + "{'name':'b','value':'task-b','isSecret':true},"
                    + "{'name':'c','value':'open','isSecret':false}]");
    assertThat(fixture.api().put(fixture.task("withsecret"), task).status()).isEqualTo(200);
    Api.Answer run =
        schedule(
            fixture,
            "{'type':'TaskRunRequest','taskId':'"
                + fixture.task("withsecret")
                + "','overrideTaskStepProperties':{'values':["
                + "{'name':'a','value':'run-a','isSecret':true},"
                + "{'name':'c','value':'run-c','isSecret':true}]}}");
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    RunRef ref = fixture.ref(run.at("/name"), 1);
    try (TestAgent agent = new TestAgent("agent-o")) {
      JsonNode claim = agent.claim(ref.runUid(), 1);
      assertThat(claim.at("/spec/step/values")).isEmpty();
      JsonNode secrets = agent.secrets(claim).json().path("secrets");
      assertThat(secrets.toString())
          .isEqualTo("{\"a\":\"run-a\",\"b\":\"task-b\",\"c\":\"run-c\"}");
      assertNotInLedger("run-a", "run-c");
    }
    Api.Answer again =
        schedule(
            fixture, "{'type':'TaskRunRequest','taskId':'" + fixture.task("withsecret") + "'}");
    RunRef next = fixture.ref(again.at("/name"), 1);
    try (TestAgent agent = new TestAgent("agent-p")) {
      JsonNode claim = agent.claim(next.runUid(), 1);
      assertThat(agent.secrets(claim).at("/secrets/a")).isEqualTo("task-a");
    }
    fixture.api().post(fixture.run(ref.runId()) + "/cancel", null);
    fixture.api().post(fixture.run(next.runId()) + "/cancel", null);
  }

  @Test
  void shouldForgetWhatARunHadThatWasNeverAccepted() {
    Fixture fixture = Fixture.of("quicklost");
    Api.Answer run =
        schedule(fixture, encoded("'values':[{'name':'x','value':'lost','isSecret':true}]"));
    RunRef ref = fixture.ref(run.at("/name"), 1);
    Ledger.change("update pending_cleanup set due_at = now() where action = 'FORGET_RUN'");
    cleanups.processDue().await().atMost(Duration.ofSeconds(20));
    try (TestAgent agent = new TestAgent("agent-l")) {
      assertThat(agent.secrets(agent.claim(ref.runUid(), 1)).at("/secrets/x"))
          .as("a run that waits keeps what it has")
          .isEqualTo("lost");
    }
    // As if this service had died after it told the broker, and before it accepted the run.
    Ledger.change("delete from run where uid = '" + ref.runUid() + "'");
    Ledger.change("update pending_cleanup set due_at = now() where action = 'FORGET_RUN'");
    cleanups.processDue().await().atMost(Duration.ofSeconds(20));
    assertThat(
            Ledger.query(
                "select count(*) from pending_cleanup where target = '" + ref.runUid() + "'"))
        .isEqualTo("0");
    assertNoRow("run_secret", ref);
  }

  @Test
  void shouldRefuseCredentialsThatCannotBe() {
    Fixture fixture = Fixture.of("quickcred");
    String own = fixture.api().get(fixture.id()).at("/properties/loginServer");
    assertThat(
            schedule(fixture, custom("'other.example':{'identity':'11111111'}"))
                .at("/error/message"))
        .contains("'11111111' for login server 'other.example'", "taskRuns");
    assertThat(schedule(fixture, custom("'other.example':{'identity':'[system]'}")).status())
        .isEqualTo(400);
    assertThat(schedule(fixture, custom("'other.example':null")).at("/error/message"))
        .contains("without a credential");
    assertThat(
            schedule(fixture, custom("'" + own + "':{'identity':'[system]'}")).at("/error/message"))
        .contains("own registry");
    assertThat(
            schedule(fixture, custom("'no server':{'identity':'[system]'}")).at("/error/message"))
        .contains("is not a login server");
    assertThat(
            schedule(fixture, encoded("'credentials':{'sourceRegistry':{'identity':'22222222'}}"))
                .at("/error/message"))
        .contains("22222222");
    assertThat(
            schedule(fixture, encoded("'credentials':{'sourceRegistry':{'loginMode':'Maybe'}}"))
                .at("/error/message"))
        .contains("credentials.sourceRegistry.loginMode");
  }

  @Test
  void shouldSayThatARunDoesNotActAsItsCaller() {
    Fixture fixture = Fixture.of("quickcaller");
    Api.Answer refused =
        schedule(fixture, encoded("'credentials':{'sourceRegistry':{'identity':'[caller]'}}"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/message"))
        .contains("credentials.sourceRegistry.identity", "[caller]", "Leave it out");
  }

  @Test
  void shouldGiveNoCredentialOfItsRegistryToARunThatAskedForNone() {
    Fixture fixture = Fixture.of("quicknone");
    Api.Answer run =
        schedule(fixture, encoded("'credentials':{'sourceRegistry':{'loginMode':'None'}}"));
    RunRef ref = fixture.ref(run.at("/name"), 1);
    try (TestAgent agent = new TestAgent("agent-none")) {
      JsonNode claim = agent.claim(ref.runUid(), 1);
      assertThat(claim.at("/spec/logins")).isEmpty();
      assertThat(Api.held(claim.path("runToken").asText()).path("mayActAs").isArray()).isTrue();
      assertThat(Api.held(claim.path("runToken").asText()).path("mayActAs")).isEmpty();
      String own = fixture.api().get(fixture.id()).at("/properties/loginServer");
      Api.Answer lease =
          agent.lease(claim, "{'loginServer':'" + own + "','scopes':['repository:a:pull']}");
      assertThat(lease.status()).as(lease.toString()).isEqualTo(404);
    }
  }

  @Test
  void shouldSendAContextTokenToNoOtherServer() {
    Fixture fixture = Fixture.of("quickcontext");
    String task =
        "{'location':'local','properties':{'step':{'type':'FileTask','taskFilePath':'acb.yaml',"
            + "'contextPath':'https://git.example/a.git#main','contextAccessToken':'pat'}}}";
    assertThat(fixture.api().put(fixture.task("filetask"), task).status()).isEqualTo(200);
    assertThat(contextOf(fixture, "").path("secretNames").toString())
        .contains("@contextAccessToken");
    assertThat(contextOf(fixture, "https://git.example/b.git#x").path("secretNames").toString())
        .contains("@contextAccessToken");
    JsonNode elsewhere = contextOf(fixture, "https://attacker.example/a.git");
    assertThat(elsewhere.path("contextPath").asText()).isEqualTo("https://attacker.example/a.git");
    assertThat(elsewhere.path("secretNames")).isEmpty();
    assertThat(contextOf(fixture, "http://git.example/a.git").path("secretNames")).isEmpty();
    assertThat(
            schedule(
                    fixture,
                    "{'type':'TaskRunRequest','taskId':'"
                        + fixture.task("filetask")
                        + "','overrideTaskStepProperties':{'values':[{'name':"
                        + "'@contextAccessToken','value':'x','isSecret':true}]}}")
                .at("/error/message"))
        .contains("overrideTaskStepProperties.values[0].name must not begin with @");
  }

  private static JsonNode contextOf(Fixture fixture, String context) {
    return claimed(
            fixture,
            schedule(
                fixture,
                "{'type':'TaskRunRequest','taskId':'"
                    + fixture.task("filetask")
                    + "','overrideTaskStepProperties':{'contextPath':'"
                    + context
                    + "','values':[]}}"))
        .at("/spec/step");
  }

  private static String encoded(String more) {
    return "{'type':'EncodedTaskRunRequest','encodedTaskContent':'"
        + Fixture.TASK_FILE
        + "',"
        + OWN
        + (more.isEmpty() ? "" : "," + more)
        + "}";
  }

  private static String custom(String registry) {
    return encoded("'credentials':{'customRegistries':{" + registry + "}}");
  }

  private static Api.Answer schedule(Fixture fixture, String body) {
    return fixture.api().post(fixture.id() + "/scheduleRun", body);
  }

  private static JsonNode claimed(Fixture fixture, Api.Answer run) {
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    RunRef ref = fixture.ref(run.at("/name"), 1);
    try (TestAgent agent = new TestAgent("agent-c")) {
      JsonNode claim = agent.claim(ref.runUid(), 1);
      assertThat(claim.path("outcome").asText()).isEqualTo("Claimed");
      return claim;
    }
  }

  private static void assertNotInLedger(String... secrets) {
    assertThat(Ledger.everything(Platform.running().database()))
        .noneMatch(it -> List.of(secrets).stream().anyMatch(it::contains));
  }

  private void assertForgotten(RunRef run) {
    Eventually.holds(() -> {
      cleanups.processDue().await().atMost(Duration.ofSeconds(20));
      assertNoRow("run_secret", run);
      assertNoRow("binding", run);
    });
  }

  private static void assertNoRow(String table, RunRef run) {
    assertThat(
            Ledger.broker(
                "select count(*) from " + table + " where owner = '" + run.runUid() + "'"))
        .isEqualTo("0");
  }
}
