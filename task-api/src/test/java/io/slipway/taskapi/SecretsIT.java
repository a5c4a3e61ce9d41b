package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Secrets are planted wherever they may be given, then looked for wherever they must not be. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class SecretsIT {

  @Test
  void shouldKeepNoSecretInTheLedgerNorInATopic() {
    Fixture fixture = Fixture.of("secrets");
    Api api = fixture.api();
    String task = fixture.task("withsecrets");
    List<String> planted = new ArrayList<>();

    Api.Answer put =
        api.put(
            task,
            """
            {'location':'local','properties':{
              'step':{'type':'EncodedTask','encodedTaskContent':'%s','contextPath':'https://g/r.git',
                'contextAccessToken':'%s','values':[{'name':'pw','value':'%s','isSecret':true},
                  {'name':'open','value':'visiblevalue'}]},
              'trigger':{'sourceTriggers':[{'name':'source','sourceTriggerEvents':['commit'],
                'sourceRepository':{'sourceControlType':'Github','repositoryUrl':'https://g/r',
                  'sourceControlAuthProperties':{'tokenType':'PAT','token':'%s'}}}]},
              'credentials':{'customRegistries':{'registry.example:5000':{
                'userName':{'value':'someone','type':'Opaque'},
                'password':{'value':'%s','type':'Opaque'}}}}}}\
            """
                .formatted(
                    Fixture.TASK_FILE,
                    plant(planted, "context"),
                    plant(planted, "value"),
                    plant(planted, "pat"),
                    plant(planted, "password")));
    assertThat(put.status()).as(put.toString()).isEqualTo(200);
    Api.Answer patched =
        api.patch(
            task,
            "{'properties':{'step':{'type':'EncodedTask','values':[{'name':'pw','value':'"
                + plant(planted, "changed")
                + "','isSecret':true},{'name':'open','value':'visiblevalue'}]}}}");
    assertThat(patched.status()).as(patched.toString()).isEqualTo(200);
    Api.Answer imported =
        api.post(
            fixture.id() + "/importImage",
            "{'source':{'registryUri':'registry.example','sourceImage':'a:1',"
                + "'credentials':{'username':'someone','password':'"
                + plant(planted, "import")
                + "'}},'targetTags':['a:1']}");
    assertThat(imported.status()).as(imported.toString()).isEqualTo(202);

    RunRef run = runOf(fixture, "withsecrets");
    try (TestAgent agent = new TestAgent("agent-s")) {
      JsonNode claim = agent.claim(run.runUid(), 1);
      assertThat(claim.at("/spec/step/secretNames").toString())
          .contains("pw", "@contextAccessToken");
      // The broker lends these and no others: the trigger's PAT is the task's, and no run's.
      assertThat(Api.held(claim.path("runToken").asText()).path("secrets"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder("pw", "@contextAccessToken");
      assertThat(claim.at("/spec").toString()).contains("visiblevalue").doesNotContain(planted);
      planted.add(claim.path("runToken").asText());
      RunRef canceled = runOf(fixture, "withsecrets");
      assertThat(api.post(fixture.run(canceled.runId()) + "/cancel", null).status()).isEqualTo(200);
      agent.bus().await(Topics.RUN_EVENTS, 1, it -> it.key().equals(canceled.runUid().toString()));
    }
    planted.add(Tokens.administrator());
    planted.add(Tokens.service("slipway-run-agent"));
    planted.add(Platform.running().installation().secret("slipway-task-api"));

    for (Api.Answer shown :
        List.of(
            put,
            patched,
            api.get(task),
            api.get(fixture.id() + "/tasks"),
            api.post(task + "/listDetails", null),
            api.get(fixture.run(run.runId())))) {
      assertThat(shown.text()).doesNotContain(planted);
    }
    assertThat(api.get(task).at("/properties/credentials/customRegistries/registry.example:5000"))
        .isEqualTo("null");
    assertNowhere(planted);
  }

  private static void assertNowhere(List<String> planted) {
    List<String> stored = Ledger.everything(Platform.running().database());
    assertThat(stored).anyMatch(it -> it.contains("visiblevalue"));
    List<String> brokers = Ledger.everything(Platform.running().brokerDatabase());
    List<Bus.Seen> published = new ArrayList<>();
    try (Bus bus = new Bus()) {
      for (String topic :
          List.of(
              Topics.RUN_EVENTS,
              Topics.RUN_LOGS,
              Topics.RUN_REQUESTS,
              Topics.runQueue("default"),
              Topics.dead(Topics.RUN_EVENTS),
              Topics.dead(Topics.RUN_LOGS),
              Topics.dead(Topics.RUN_REQUESTS))) {
        published.addAll(bus.all(topic));
      }
    }
    assertThat(published).isNotEmpty();
    for (String secret : planted) {
      for (String form : forms(secret)) {
        assertThat(stored).as("ledger").noneMatch(it -> it.contains(form));
        assertThat(brokers).as("broker").noneMatch(it -> it.contains(form));
        assertThat(published)
            .as("topics")
            .noneMatch(it -> it.text().contains(form) || it.headers().toString().contains(form));
      }
    }
  }

  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return List.of(
        secret,
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        HexFormat.of().formatHex(bytes));
  }

  private static RunRef runOf(Fixture fixture, String task) {
    Api.Answer answer =
        fixture
            .api()
            .post(
                fixture.id() + "/scheduleRun",
                "{'type':'TaskRunRequest','taskId':'" + fixture.task(task) + "'}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return fixture.ref(answer.at("/name"), 1);
  }

  private static String plant(List<String> planted, String name) {
    String secret = "planted-" + name + "-" + UUID.randomUUID();
    planted.add(secret);
    return secret;
  }
}
