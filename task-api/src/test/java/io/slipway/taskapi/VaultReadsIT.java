package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As whom a run may read key vaults: as its task file says, whatever its agent becomes. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class VaultReadsIT {
  private static final String NAMED = "{'vault':'https://my.vault.example'}";
  private static final String OTHER = "{'vault':'https://other.vault.example'}";

  private final Api broker = Api.service("slipway-credential-broker");
  private Fixture fixture;
  private TestAgent agent;
  private String own;
  private RunRef run;

  @BeforeEach
  void start() {
    fixture = Fixture.of("vaultreads");
    agent = new TestAgent("agent-vault");
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void shouldGrantWhatTheTaskFileNamesAndNoMore() {
    String file =
        """
        version: v1.1.0
        secrets: [{id: s, keyvault: 'https://My.vault.example/secrets/s'}]
        steps: [{cmd: '$Registry/tool {{.Run.ID}} {{.Secrets.s}}'}]
        """;
    String token = claimed("'type':'EncodedTask','encodedTaskContent':'" + base64(file) + "'");

    assertThat(actAs(token, NAMED).status()).as("nothing is named yet").isEqualTo(403);
    assertThat(say(token, NAMED + "," + OTHER).status()).as("more than the file").isEqualTo(403);
    assertThat(say(token, NAMED).status()).isEqualTo(204);

    assertThat(mayActAs(token, NAMED)).contains(own);
    assertThat(mayActAs(token, "{'vault':'HTTPS://my.VAULT.example'}")).contains(own);
    assertThat(actAs(token, OTHER).status()).isEqualTo(403);
    assertThat(
            actAs(token, "{'vault':'https://my.vault.example','clientId':'" + own + "'}").status())
        .isEqualTo(403);
    assertThat(say(token, NAMED).status()).as("the answer was lost").isEqualTo(204);
    assertThat(say(token, "").status()).isEqualTo(403);
  }

  @Test
  void shouldBelieveAnAgentOnceAndBeforeTheFirstStep() {
    String step =
        "'type':'FileTask','taskFilePath':'acb.yaml','contextPath':'https://git.example/a.git'";
    String early = claimed(step);
    assertThat(say(early, NAMED).status()).isEqualTo(204);
    assertThat(say(early, NAMED + "," + OTHER).status()).isEqualTo(403);
    begin(run);
    assertThat(mayActAs(early, NAMED)).contains(own);
    assertThat(actAs(early, OTHER).status()).isEqualTo(403);

    RunRef next = fixture.schedule();
    String late = agent.claim(next.runUid(), 1).path("runToken").asText();
    begin(next);
    assertThat(say(late, NAMED).status()).as("a step has begun").isEqualTo(403);
    assertThat(actAs(late, NAMED).status()).isEqualTo(403);
  }

  @Test
  void rejectsWhatABuildCannotName() {
    String token =
        claimed(
            "'type':'Docker','dockerFilePath':'Dockerfile',"
                + "'contextPath':'https://git.example/a.git'");

    assertThat(say(token, NAMED).status()).isEqualTo(403);
    assertThat(actAs(token, NAMED).status()).isEqualTo(403);
    assertThat(say("srt_unknown", NAMED).status()).isEqualTo(404);
    assertThat(say(token, "null").status()).isEqualTo(400);
    assertThat(say(token, "{'clientId':'a'}").status()).isEqualTo(400);
  }

  private void begin(RunRef run) {
    agent.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));
  }

  /** Token of a run that is claimed, of a task with this step and an identity of its own. */
  private String claimed(String step) {
    Api.Answer task =
        fixture
            .api()
            .put(
                fixture.task("hello"),
                "{'location':'local','identity':{'type':'SystemAssigned'},'properties':{'step':{"
                    + step
                    + "}}}");
    assertThat(task.status()).as(task.toString()).isEqualTo(200);
    own = task.at("/identity/principalId");
    run = fixture.schedule();
    return agent.claim(run.runUid(), 1).path("runToken").asText();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Api.Answer say(String token, String reads) {
    return broker.post(
        "/internal/leases/vault-reads", "{'runToken':'%s','reads':[%s]}".formatted(token, reads));
  }

  private Api.Answer actAs(String token, String vault) {
    return broker.post(
        "/internal/leases/act-as", "{'runToken':'%s','vault':%s}".formatted(token, vault));
  }

  private String mayActAs(String token, String vault) {
    Api.Answer answer = actAs(token, vault);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return Tokens.claims(answer.at("/grant")).getJsonArray("may_act_as").encode();
  }
}
