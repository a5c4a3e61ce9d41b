package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The management API as clients use it, with the real services behind. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ArmResourcesIT {
  private final Api api = Api.administrator();

  private static final String ARM_TOKENS =
      "/properties/policies/azureADAuthenticationAsArmPolicy/status";

  /** {@code az acr config authentication-as-arm update --status disabled}. */
  @Test
  void shouldRefuseTokensOfTheArmAudienceWhereTheyAreSwitchedOff() throws Exception {
    Fixture fixture = Fixture.of("withoutarm");
    String server = api.get(fixture.id()).at("/properties/loginServer");
    assertThat(exchanged(server)).isEqualTo(200);
    String change =
        "{'properties':{'policies':{'azureADAuthenticationAsArmPolicy':{'status':'%s'}}}}";

    Api.Answer disabled = api.patch(fixture.id(), change.formatted("disabled"));

    assertThat(disabled.status()).as(disabled.toString()).isEqualTo(200);
    assertThat(disabled.at(ARM_TOKENS)).isEqualTo("disabled");
    assertThat(exchanged(server)).isEqualTo(401);
    assertThat(exchanged(api.get(Fixture.of("witharm").id()).at("/properties/loginServer")))
        .as("another registry")
        .isEqualTo(200);
    Fixture.of("withoutarm"); // a PUT that does not name it
    assertThat(api.get(fixture.id()).at(ARM_TOKENS)).isEqualTo("disabled");
    assertThat(exchanged(server)).isEqualTo(401);

    assertThat(api.patch(fixture.id(), change.formatted("Enabled")).at(ARM_TOKENS))
        .isEqualTo("enabled");
    assertThat(exchanged(server)).isEqualTo(200);
  }

  /** Status of the exchange of the administrator's ARM token at a login server. */
  private static int exchanged(String server) throws Exception {
    String form =
        "grant_type=access_token&service="
            + URLEncoder.encode(server, StandardCharsets.UTF_8)
            + "&access_token="
            + Tokens.administrator();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Platform.running().identityUrl() + "/oauth2/exchange"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void shouldSayWhatACliNeedsBeforeItLogsIn() {
    Api anyone = Api.anonymous();

    assertThat(
            anyone
                .get("/metadata/endpoints?api-version=2015-01-01")
                .at("/authentication/loginEndpoint"))
        .isEqualTo("https://localhost:8443/adfs");
    assertThat(anyone.get("/metadata/endpoints?api-version=2019-05-01").at("/0/suffixes/storage"))
        .isEqualTo("local");
    assertThat(
            anyone
                .get("//metadata/endpoints?api-version=2022-09-01")
                .at("/authentication/identityProvider"))
        .isEqualTo("ADFS");
    assertThat(api.get("/subscriptions?api-version=2019-11-01").at("/value/0/state"))
        .isEqualTo("Enabled");
    assertThat(api.get("/tenants").at("/value/0/tenantId")).isNotEmpty();
    assertThat(api.get(Api.SUB + "/locations").at("/value/0/name")).isEqualTo("local");
    assertThat(api.get(Api.SUB + "/providers/Microsoft.ContainerRegistry").at("/registrationState"))
        .isEqualTo("Registered");
    assertThat(
            api.get("/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups")
                .at("/error/code"))
        .isEqualTo("SubscriptionNotFound");
  }

  @Test
  void shouldMakeShowAndDeleteAGroupWithAllItHas() {
    String group = Api.SUB + "/resourcegroups/Temporary";
    assertThat(api.put(group, "{'location':'local','tags':{'a':'b'}}").status()).isEqualTo(201);
    assertThat(api.put(group, "{'location':'local'}").status()).isEqualTo(200);
    assertThat(api.head(group.toLowerCase(Locale.ROOT)).status()).isEqualTo(204);
    assertThat(api.head(group + "x").status()).isEqualTo(404);
    assertThat(api.get(Api.SUB + "/resourceGroups/TEMPORARY").at("/name")).isEqualTo("Temporary");
    String registry =
        Api.SUB
            + "/resourceGroups/temporary/providers/Microsoft.ContainerRegistry/registries/groupreg";
    assertThat(api.put(registry, "{'location':'local','sku':{'name':'Basic'}}").status())
        .isEqualTo(201);

    Api.Answer deleted = api.delete(group);

    assertThat(deleted.status()).isEqualTo(202);
    String location = deleted.header("Location").substring("https://localhost:8443".length());
    Eventually.equal(200, () -> api.get(location).status());
    assertThat(api.head(group).status()).isEqualTo(404);
    assertThat(api.get(registry).status()).isEqualTo(404);
    assertThat(Platform.running().registry().open()).doesNotContainKey("groupreg");
  }

  @Test
  void shouldMakeARegistryWithItsOwnRightToPush() {
    Fixture fixture = Fixture.of("ownright");
    Api.Answer shown =
        api.get(fixture.id().toUpperCase(Locale.ROOT).replace("/REGISTRIES", "//REGISTRIES"));

    assertThat(shown.status()).as(shown.toString()).isEqualTo(200);
    assertThat(shown.at("/name")).isEqualTo("ownright");
    assertThat(shown.at("/properties/provisioningState")).isEqualTo("Succeeded");
    assertThat(shown.at(ARM_TOKENS)).isEqualTo("enabled");
    assertThat(shown.at("/properties/loginServer"))
        .isEqualTo(Platform.running().registry().open().get("ownright"));
    String principal = Ledger.query("select principal_id from registry where name = 'ownright'");
    JsonNode roles =
        api.atIdentity()
            .get(
                fixture.id()
                    + "/providers/Microsoft.Authorization/roleAssignments?%24filter=atScope()")
            .json();
    assertThat(roles.toString()).contains(principal, "8311e382-0749-4cb8-b61a-304f252e45ec");
  }

  @Test
  void shouldCompleteARegistryWhoseCreationWasInterrupted() {
    String id = Api.REGISTRIES + "/halfway";
    String body = "{'location':'local','sku':{'name':'Basic'}}";
    api.put(Api.GROUP, "{'location':'local'}");
    Platform.running().registry().broken(true);
    Api.Answer begun = api.put(id, body);
    assertThat(begun.status()).isEqualTo(201);
    assertThat(begun.header("Retry-After")).isNotNull();
    assertThat(begun.at("/properties/provisioningState")).isEqualTo("Creating");
    assertThat(api.get(id).header("Retry-After")).isNotNull();
    assertThat(api.put(id + "/tasks/early", Fixture.taskBody("")).status()).isEqualTo(409);
    Platform.running().registry().broken(false);
    Eventually.equal("Succeeded", () -> api.get(id).at("/properties/provisioningState"));
    assertThat(api.put(id, body).status()).isEqualTo(200);
  }

  @Test
  void shouldSayNothingOfTheInsideWhileTheBrokerIsAway() throws Exception {
    Fixture fixture = Fixture.of("nobroker");
    String made = Api.REGISTRIES + "/withoutbroker";
    try (AutoCloseable away = Platform.running().withoutBroker()) {
      Api.Answer task = api.put(fixture.task("nobroker"), Fixture.taskBody(""));
      assertThat(task.status()).as(task.toString()).isEqualTo(503);
      assertThat(task.at("/error/code")).isEqualTo("ServiceUnavailable");
      assertThat(task.header("Retry-After")).isNotNull();
      assertThat(task.text())
          .doesNotContain("netty", "Exception", "127.0.0.1", "refused", "Connection");
      Api.Answer begun = api.put(made, "{'location':'local','sku':{'name':'Basic'}}");
      assertThat(begun.at("/properties/provisioningState")).isEqualTo("Creating");
      assertThat(api.get(made).at("/properties/provisioningState")).isEqualTo("Creating");
    }
    Eventually.equal("Succeeded", () -> api.get(made).at("/properties/provisioningState"));
  }

  @Test
  void rejectsWhatNoRegistryCanBe() {
    api.put(Api.GROUP, "{'location':'local'}");
    String good = "{'location':'local','sku':{'name':'Basic'}}";

    assertThat(api.put(Api.REGISTRIES + "/abc", good).at("/error/code"))
        .isEqualTo("InvalidResourceName");
    assertThat(api.put(Api.REGISTRIES + "/valid1", "{'sku':{'name':'Basic'}}").at("/error/code"))
        .isEqualTo("LocationRequired");
    assertThat(api.put(Api.REGISTRIES + "/valid1", "{'location':'l','sku':{'name':'Gold'}}").text())
        .contains("sku.name is 'Gold'");
    assertThat(
            api.put(
                    Api.REGISTRIES + "/valid1",
                    "{'location':'l','sku':{'name':'Basic'},'properties':{'adminUserEnabled':true}}")
                .at("/error/code"))
        .isEqualTo("AdminUserNotSupported");
    assertThat(
            api.put(
                    Api.SUB
                        + "/resourceGroups/nosuchgroup/providers/Microsoft.ContainerRegistry/registries/valid1",
                    good)
                .at("/error/code"))
        .isEqualTo("ResourceGroupNotFound");
    Api.Answer malformed = api.put(Api.REGISTRIES + "/valid1", "{'password':hunter2}");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.text()).doesNotContain("hunter2");
    assertThat(
            api.post(
                    Api.SUB + "/providers/Microsoft.ContainerRegistry/checkNameAvailability",
                    "{'name':'a-b','type':'Microsoft.ContainerRegistry/registries'}")
                .at("/reason"))
        .isEqualTo("Invalid");
  }

  @Test
  void shouldLeaveNothingOfADeletedRegistry() {
    Fixture fixture = Fixture.of("shortlived");
    RunRef run = fixture.schedule();
    String uid = Ledger.query("select uid from registry where name = 'shortlived'");
    assertThat(bindings(uid).size()).isEqualTo(1);

    assertThat(api.delete(fixture.id()).status()).isEqualTo(200);
    assertThat(api.delete(fixture.id()).status()).isEqualTo(204);

    assertThat(api.get(fixture.id()).status()).isEqualTo(404);
    Eventually.equal(0, () -> bindings(uid).size());
    Eventually.equal(false, () -> Platform.running().registry().open().containsKey("shortlived"));
    try (TestAgent agent = new TestAgent("agent-x")) {
      assertThat(agent.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Gone");
    }
    Eventually.equal(
        "0", () -> Ledger.query("select count(*) from registry where uid = '" + uid + "'"));
    assertThat(Fixture.of("shortlived").schedule().runId()).endsWith("1");
  }

  @Test
  void shouldGoThroughTheIdentitiesOfTheArticle() {
    Fixture fixture = Fixture.of("article");
    String identity =
        Api.GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/myACRTasksId";
    Api.Answer made = api.atIdentity().put(identity, "{'location':'local'}");
    assertThat(made.status()).as(made.toString()).isIn(200, 201);
    String clientId = made.at("/properties/clientId");
    String task = fixture.task("helloworldtask");
    String base = "127.0.0.1:8454";

    Api.Answer first =
        api.put(
            task,
            Fixture.taskBody(
                "'identity':{'type':'UserAssigned','userAssignedIdentities':{'"
                    + made.at("/id")
                    + "':{}}},"));
    assertThat(first.status()).as(first.toString()).isEqualTo(200);
    assertThat(first.json().at("/identity/principalId").isNull()).isTrue();
    assertThat(
            first
                .json()
                .at("/identity/userAssignedIdentities")
                .elements()
                .next()
                .path("clientId")
                .asText())
        .isEqualTo(clientId);
    assertThat(credential(task, base, "[system]").text())
        .contains("is not an identity that is assigned here", clientId);
    assertThat(credential(task, base, made.at("/properties/principalId")).status()).isEqualTo(400);
    Api.Answer added = credential(task, base, clientId);
    assertThat(added.json().at("/properties/credentials/customRegistries").toString())
        .isEqualTo("{\"" + base + "\":null}");
    String uid = Ledger.query("select uid from task where name = 'helloworldtask'");
    assertThat(bindings(uid).at("/" + base.replace("/", "~1") + "/principalId").asText())
        .isEqualTo(made.at("/properties/principalId"));

    Api.Answer second = api.put(task, Fixture.taskBody("'identity':{'type':'SystemAssigned'},"));
    assertThat(second.at("/identity/type")).isEqualTo("SystemAssigned");
    assertThat(second.json().at("/identity/userAssignedIdentities").isNull()).isTrue();
    assertThat(second.json().at("/properties/credentials/customRegistries").size()).isZero();
    assertThat(bindings(uid).size()).isZero();
    String principal = second.at("/identity/principalId");
    assertThat(credential(task, base, "[system]").status()).isEqualTo(200);
    assertThat(bindings(uid).at("/" + base + "/principalId").asText()).isEqualTo(principal);
    assertThat(
            api.put(task, api.post(task + "/listDetails", null).text()).at("/identity/principalId"))
        .as("a task that is read and written back keeps its identity")
        .isEqualTo(principal);
    assertThat(bindings(uid).at("/" + base + "/principalId").asText()).isEqualTo(principal);

    RunRef run = runOf(fixture, task);
    try (TestAgent agent = new TestAgent("agent-i")) {
      JsonNode held = Api.held(agent.claim(run.runUid(), 1).path("runToken").asText());
      assertThat(held.path("mayActAs"))
          .extracting(JsonNode::asText)
          .contains(principal)
          .doesNotContain(made.at("/properties/principalId"));
      assertThat(held.path("bindingOwner").asText()).isEqualTo(uid);
      assertThat(held.path("attempt").asInt()).isEqualTo(1);
    }

    assertThat(api.delete(task).status()).isEqualTo(200);
    assertThat(api.delete(task).status()).isEqualTo(204);
    assertThat(bindings(uid).size()).isZero();
    assertThat(
            api.atIdentity()
                .post(
                    "/v1.0/directoryObjects/getByIds",
                    "{'ids':['" + principal + "'],'types':['servicePrincipal']}")
                .json()
                .path("value")
                .size())
        .as("the system identity ends with its task")
        .isZero();
  }

  @Test
  void rejectsAnIdentityThatDoesNotExist() {
    Fixture fixture = Fixture.of("noidentity");
    String missing =
        Api.GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/nosuch";

    Api.Answer refused =
        api.put(
            fixture.task("homeless"),
            Fixture.taskBody(
                "'identity':{'type':'UserAssigned','userAssignedIdentities':{'"
                    + missing
                    + "':{}}},"));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("nosuch");
    assertThat(api.get(fixture.task("homeless")).status()).isEqualTo(404);
  }

  @Test
  void rejectsRunsThatCannotBe() {
    Fixture fixture = Fixture.of("norun");
    String schedule = fixture.id() + "/scheduleRun";

    assertThat(api.post(schedule, "{'type':'SomeOtherRequest'}").text())
        .contains("type", "SomeOtherRequest", "TaskRunRequest", "DockerBuildRequest");
    assertThat(api.post(schedule, "{'type':'DockerBuildRequest'}").text())
        .contains("platform.os is missing", "dockerFilePath is missing", "sourceLocation");
    assertThat(
            api.post(
                    schedule, "{'type':'TaskRunRequest','taskId':'" + fixture.task("nosuch") + "'}")
                .status())
        .isEqualTo(404);
    assertThat(
            api.post(
                    schedule,
                    "{'type':'TaskRunRequest','taskId':'"
                        + Api.REGISTRIES
                        + "/another/tasks/hello'}")
                .status())
        .isEqualTo(400);
    assertThat(api.get(fixture.run("zz9")).at("/error/code")).isEqualTo("RunNotFound");
    api.patch(fixture.task("hello"), "{'properties':{'status':'Disabled'}}");
    assertThat(
            api.post(schedule, "{'type':'TaskRunRequest','taskId':'" + fixture.task("hello") + "'}")
                .at("/error/code"))
        .isEqualTo("TaskDisabled");
  }

  private RunRef runOf(Fixture fixture, String task) {
    Api.Answer answer =
        api.post(
            fixture.id() + "/scheduleRun",
            "{'type':'TaskRunRequest','taskId':'" + task.toLowerCase(Locale.ROOT) + "'}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return fixture.ref(answer.at("/name"), 1);
  }

  private Api.Answer credential(String task, String server, String identity) {
    return api.patch(
        task,
        "{'properties':{'credentials':{'customRegistries':{'%s':{'identity':'%s'}}}}}"
            .formatted(server, identity));
  }

  private static JsonNode bindings(String owner) {
    return Api.service("slipway-task-api")
        .atBroker()
        .get("/internal/owners/" + owner + "/bindings")
        .json()
        .path("bindings");
  }
}
