package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.Test;

/** Runs that are deployed as resources. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class TaskRunIT {

  @Test
  void shouldRunOnceForOneTagAndAgainForAnother() {
    Fixture fixture = Fixture.of("taskruns");
    String id = fixture.id() + "/taskRuns/deployed";
    Api.Answer made = fixture.api().put(id, body("'forceUpdateTag':'one'"));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.at("/properties/provisioningState")).isEqualTo("Creating");
    assertThat(made.header("Retry-After")).isEqualTo("2");
    assertThat(made.at("/properties/forceUpdateTag")).isEqualTo("one");
    String first = made.at("/properties/runResult/properties/runId");
    assertThat(first).isNotEmpty();

    Api.Answer same = fixture.api().put(id, body("'forceUpdateTag':'one'"));
    assertThat(same.status()).isEqualTo(200);
    assertThat(same.at("/properties/runResult/properties/runId")).isEqualTo(first);
    end(fixture, first, RunOutcome.SUCCEEDED);
    Api.Answer done = fixture.api().get(id.replace("taskRuns", "TASKRUNS"));
    assertThat(done.at("/properties/provisioningState")).isEqualTo("Succeeded");
    assertThat(done.header("Retry-After")).isNull();
    assertThat(done.at("/properties/runResult/properties/status")).isEqualTo("Succeeded");
    assertThat(
            fixture.api().put(id, body("'forceUpdateTag':'one'")).at("/properties/runResult/name"))
        .isEqualTo(first);

    Api.Answer other = fixture.api().put(id, body("'forceUpdateTag':'two'"));
    String second = other.at("/properties/runResult/name");
    assertThat(second).isNotEqualTo(first);
    end(fixture, second, RunOutcome.FAILED);
    assertThat(fixture.api().get(id).at("/properties/provisioningState")).isEqualTo("Failed");

    Api.Answer patched =
        fixture.api().patch(id, "{'properties':{'forceUpdateTag':'three'},'tags':{'a':'b'}}");
    assertThat(patched.status()).as(patched.toString()).isEqualTo(200);
    assertThat(patched.at("/properties/runResult/name")).isNotIn(first, second);
    String third = patched.at("/properties/runResult/name");
    Api.Answer described = fixture.api().patch(id, "{'tags':{'a':'c'}}");
    assertThat(described.at("/tags/a")).isEqualTo("c");
    assertThat(described.at("/properties/runResult/name")).isEqualTo(third);
    end(fixture, third, RunOutcome.SUCCEEDED);

    assertThat(fixture.api().get(fixture.id() + "/taskRuns").json().path("value")).hasSize(1);
    assertThat(fixture.api().post(id + "/listDetails", null).at("/name")).isEqualTo("deployed");
    assertThat(fixture.api().delete(id).status()).isEqualTo(200);
    assertThat(fixture.api().delete(id).status()).isEqualTo(204);
    assertThat(fixture.api().get(id).status()).isEqualTo(404);
    assertThat(fixture.api().get(fixture.run(third)).status()).as("the run stays").isEqualTo(200);
  }

  @Test
  void shouldLetTheRunUseTheIdentitiesOfTheTaskRun() {
    Fixture fixture = Fixture.of("taskrunid");
    String identity =
        Api.GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/forTaskRun";
    Api.Answer made = fixture.api().atIdentity().put(identity, "{'location':'local'}");
    assertThat(made.status()).as(made.toString()).isIn(200, 201);
    String client = made.at("/properties/clientId");
    String principal = made.at("/properties/principalId");
    Api.Answer deployed =
        fixture
            .api()
            .put(
                fixture.id() + "/taskRuns/withidentity",
                "{'location':'local','identity':{'type':'SystemAssigned, UserAssigned',"
                    + "'userAssignedIdentities':{'"
                    + identity
                    + "':{}}},'properties':{'runRequest':"
                    + request(
                        "'credentials':{'customRegistries':{'other.example':{'identity':'"
                            + client
                            + "'},'third.example':{'identity':'[system]'}}}")
                    + "}}");
    assertThat(deployed.status()).as(deployed.toString()).isEqualTo(201);
    assertThat(deployed.json().at("/identity/userAssignedIdentities").toString()).contains(client);
    JsonNode shown = deployed.json().at("/properties/runRequest/credentials/customRegistries");
    assertThat(shown.has("other.example")).isTrue();
    assertThat(shown.path("other.example").isNull()).isTrue();
    RunRef run = fixture.ref(deployed.at("/properties/runResult/name"), 1);
    try (TestAgent agent = new TestAgent("agent-t")) {
      JsonNode claim = agent.claim(run.runUid(), 1);
      assertThat(Api.held(claim.path("runToken").asText()).path("mayActAs"))
          .extracting(JsonNode::asText)
          .contains(principal, deployed.at("/identity/principalId"));
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0);
    }
    Api.Answer ofTask =
        fixture
            .api()
            .put(
                fixture.id() + "/taskRuns/oftask",
                "{'identity':{'type':'SystemAssigned'},'properties':{'runRequest':{'type':"
                    + "'TaskRunRequest','taskId':'"
                    + fixture.task("hello")
                    + "'}}}");
    assertThat(ofTask.status()).isEqualTo(400);
    assertThat(ofTask.at("/error/details/0/target")).isEqualTo("identity");
  }

  @Test
  void shouldKeepNoSecretOfATaskRun() {
    Fixture fixture = Fixture.of("taskrunsecret");
    String id = fixture.id() + "/taskRuns/secretive";
    String secrets =
        "'values':[{'name':'pw','value':'taskrunvalue','isSecret':true}],"
            + "'credentials':{'customRegistries':{'other.example':{"
            + "'userName':{'value':'me','type':'Opaque'},"
            + "'password':{'value':'taskrunpassword','type':'Opaque'}}}}";
    Api.Answer made =
        fixture.api().put(id, "{'properties':{'runRequest':" + request(secrets) + "}}");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.text() + fixture.api().post(id + "/listDetails", null).text())
        .doesNotContain("taskrunvalue", "taskrunpassword");
    assertThat(Ledger.everything(Platform.running().database()))
        .noneMatch(it -> it.contains("taskrunvalue") || it.contains("taskrunpassword"));
    Api.Answer again = fixture.api().patch(id, "{'properties':{'forceUpdateTag':'x'}}");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.at("/error/message")).contains("runRequest is missing");
    String first = made.at("/properties/runResult/name");
    assertThat(
            fixture
                .api()
                .put(id, "{'properties':{'runRequest':" + request(secrets) + "}}")
                .at("/properties/runResult/name"))
        .isEqualTo(first);
    assertThat(
            fixture
                .api()
                .put(
                    id,
                    "{'properties':{'runRequest':"
                        + request(secrets.replace("taskrunvalue", "another"))
                        + "}}")
                .at("/properties/runResult/name"))
        .as("another secret value is another request")
        .isNotEqualTo(first);
  }

  @Test
  void shouldFindTheRunOfARequestThatDiedHalfWay() {
    Fixture fixture = Fixture.of("taskrundied");
    String id = fixture.id() + "/taskRuns/halfway";
    String first = fixture.api().put(id, body("")).at("/properties/runResult/name");
    // As if this service had died after it accepted the run.
    Ledger.change(
        "update task_run set run_uid = null, version = 0, digest = ''" + " where name = 'halfway'");
    assertThat(fixture.api().get(id).status()).isEqualTo(404);
    assertThat(fixture.api().put(id, body("")).at("/properties/runResult/name")).isEqualTo(first);
  }

  @Test
  void shouldNameWhatIsWrongWithATaskRun() {
    Fixture fixture = Fixture.of("taskrunwrong");
    Api.Answer refused =
        fixture
            .api()
            .put(fixture.id() + "/taskRuns/wrong1", "{'properties':{'runRequest':{'type':'X'}}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/details/0/target")).isEqualTo("properties.runRequest.type");
    assertThat(fixture.api().get(fixture.id() + "/taskRuns/wrong1").status()).isEqualTo(404);
    assertThat(fixture.api().put(fixture.id() + "/taskRuns/a", body("")).at("/error/code"))
        .isEqualTo("InvalidResourceName");
    assertThat(
            Api.service("slipway-run-agent")
                .put(fixture.id() + "/taskRuns/wrong2", body(""))
                .status())
        .isEqualTo(403);
  }

  private static void end(Fixture fixture, String runId, RunOutcome outcome) {
    RunRef run = fixture.ref(runId, 1);
    try (TestAgent agent = new TestAgent("agent-t")) {
      agent.claim(run.runUid(), 1);
      agent.completed(run, outcome, null, 0);
      String status = outcome == RunOutcome.SUCCEEDED ? "Succeeded" : "Failed";
      Eventually.equal(status, () -> fixture.status(run));
    }
  }

  private static String body(String more) {
    return "{'location':'local','properties':{"
        + (more.isEmpty() ? "" : more + ",")
        + "'runRequest':"
        + request("")
        + "}}";
  }

  private static String request(String more) {
    return "{'type':'EncodedTaskRunRequest','encodedTaskContent':'"
        + Fixture.TASK_FILE
        + "','platform':{'os':'linux'}"
        + (more.isEmpty() ? "" : "," + more)
        + "}";
  }
}
