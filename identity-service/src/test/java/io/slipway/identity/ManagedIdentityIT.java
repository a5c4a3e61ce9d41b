package io.slipway.identity;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.ASSIGNMENTS;
import static io.slipway.identity.Doors.GROUP;
import static io.slipway.identity.Doors.IDENTITIES;
import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** User-assigned and system-assigned identities, and their look-up in Graph. */
@QuarkusTest
class ManagedIdentityIT {

  @Test
  void shouldMakeShowListAndDelete() {
    String address = GROUP + IDENTITIES + "/myACRTasksId";
    var first =
        with(admin())
            .body(Map.of("location", "local", "tags", Map.of("team", "base")))
            .put(address + "?api-version=2023-01-31")
            .then()
            .statusCode(201)
            .body("name", equalTo("myACRTasksId"))
            .body("id", startsWith(GROUP.replace("resourceGroups", "resourcegroups")))
            .body("properties.tenantId", equalTo(IdentityTestResource.TENANT))
            .body("tags.team", equalTo("base"))
            .extract()
            .jsonPath();

    with(admin())
        .body(Map.of("location", "local"))
        .put(address)
        .then()
        .statusCode(200)
        .body("properties.principalId", equalTo(first.getString("properties.principalId")))
        .body("properties.clientId", equalTo(first.getString("properties.clientId")));
    with(admin())
        .get("/subscriptions/" + IdentityTestResource.SUBSCRIPTION + IDENTITIES)
        .then()
        .body("value.name", hasItem("myACRTasksId"));
    with(admin())
        .get(GROUP.toLowerCase() + IDENTITIES)
        .then()
        .body("value.name", hasItem("myACRTasksId"));
    with(admin()).delete(address).then().statusCode(200);
    with(admin()).delete(address).then().statusCode(204);
    with(admin())
        .get(address)
        .then()
        .statusCode(404)
        .body("error.code", equalTo("ResourceNotFound"));
  }

  @Test
  void shouldMatchIdsInAnyCaseAndAnswerTheStoredSpelling() {
    Doors.Identity made = identity("Spelling");

    with(admin())
        .get(
            GROUP.replace("resourceGroups/MyGroup", "resourcegroups//mygroup")
                + "/providers/microsoft.managedidentity//USERASSIGNEDIDENTITIES/SPELLING"
                + "?api-version=1999-01-01")
        .then()
        .statusCode(200)
        .body("id", equalTo(made.id()))
        .body("name", equalTo("Spelling"));
    with(service("task-api"))
        .body(Map.of("ids", List.of(made.id().toUpperCase(), "/nothing")))
        .post("/internal/identities/resolve")
        .then()
        .statusCode(200)
        .body("identities[0].id", equalTo(made.id()))
        .body("identities[0].clientId", equalTo(made.clientId()))
        .body("missing", equalTo(List.of("/nothing")));
  }

  @Test
  void rejectsByNameWhatIsNotSupported() {
    String address = GROUP + IDENTITIES + "/regional";
    with(admin())
        .body(Map.of("location", "local", "properties", Map.of("isolationScope", "Regional")))
        .put(address)
        .then()
        .statusCode(400)
        .body("error.code", equalTo("NotSupported"))
        .body("error.message", startsWith("properties.isolationScope is not supported"));
    with(admin())
        .body(
            Map.of(
                "location",
                "local",
                "properties",
                Map.of("isolationScope", "None", "tenantId", "sent back")))
        .put(address)
        .then()
        .statusCode(201);
    with(admin())
        .body(Map.of())
        .put(address + "/federatedIdentityCredentials/a")
        .then()
        .statusCode(404)
        .body("error.message", startsWith("federatedIdentityCredentials are not supported"));
    with(admin()).delete(address).then().statusCode(200);
  }

  @Test
  void rejectsWhatIsNoIdentity() {
    with(admin())
        .body(Map.of("location", "local"))
        .put(GROUP + IDENTITIES + "/x")
        .then()
        .statusCode(400)
        .body("error.code", equalTo("InvalidResourceName"));
    with(admin())
        .body("{}")
        .put(GROUP + IDENTITIES + "/nolocation")
        .then()
        .statusCode(400)
        .body("error.code", equalTo("LocationRequired"));
    with(admin())
        .body("{")
        .put(GROUP + IDENTITIES + "/nojson")
        .then()
        .statusCode(400)
        .body("error.code", not(empty()));
  }

  @Test
  void rejectsACallWithoutAToken() {
    given()
        .get(GROUP + IDENTITIES)
        .then()
        .statusCode(401)
        .header(
            "WWW-Authenticate", "Bearer authorization_uri=\"" + IdentityTestResource.ISSUER + "\"")
        .body("error.code", equalTo("AuthenticationFailed"));
  }

  @Test
  void shouldBeVisibleInGraphAtOnce() {
    Doors.Identity made = identity("visible");

    with(admin())
        .queryParam("$filter", "servicePrincipalNames/any(c:c eq '" + made.clientId() + "')")
        .get("/v1.0/servicePrincipals")
        .then()
        .statusCode(200)
        .body("value", hasSize(1))
        .body("value[0].id", equalTo(made.principalId()))
        .body("value[0].servicePrincipalNames[0]", equalTo(made.clientId()));
    with(admin())
        .body(Map.of("ids", List.of(made.principalId(), "00000000-1111-2222-3333-444444444444")))
        .post("/v1.0/directoryObjects/getByIds")
        .then()
        .body("value", hasSize(1))
        .body("value[0].'@odata.type'", equalTo("#microsoft.graph.servicePrincipal"))
        .body("value[0].displayName", equalTo("visible"));
    with(admin())
        .queryParam("$filter", "userPrincipalName eq 'a@b'")
        .get("/v1.0/users")
        .then()
        .body("value", empty());
    with(admin()).get("/v1.0/me").then().statusCode(400);
    with(admin())
        .get("/v1.0/servicePrincipals")
        .then()
        .statusCode(400)
        .body("error.message", containsString("appId eq"));
  }

  @Test
  void shouldMakeOneSystemIdentityForAnOwnerHoweverManyAsk() throws Exception {
    String owner = Doors.registry("r") + "/tasks/once";
    String caller = service("task-api");
    Callable<String> ask =
        () ->
            with(caller)
                .body(Map.of("ownerId", owner, "displayName", "once"))
                .put("/internal/system-identities")
                .then()
                .statusCode(200)
                .extract()
                .path("principalId");

    try (var threads = Executors.newFixedThreadPool(8)) {
      var answers = threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> ask).toList());
      List<String> principals =
          answers.stream().map(future -> future.resultNow()).distinct().toList();
      assertThat(principals).hasSize(1);
    }
  }

  @Test
  void shouldTakeRolesAlongWhenASystemIdentityGoes() {
    String owner = Doors.registry("r") + "/tasks/ephemeral";
    String principal = systemIdentity(owner);
    assign(admin(), principal, "acrpull", Doors.registry("base")).statusCode(201);

    with(service("task-api"))
        .delete("/internal/system-identities?ownerId=" + owner.toUpperCase())
        .then()
        .statusCode(204);

    with(service("task-api"))
        .delete("/internal/system-identities?ownerId=" + owner)
        .then()
        .statusCode(204);
    with(admin())
        .queryParam("$filter", "principalId eq '" + principal + "'")
        .get(Doors.registry("base") + ASSIGNMENTS)
        .then()
        .body("value", empty());
    assertThat(systemIdentity(owner)).isNotEqualTo(principal);
  }

  @Test
  void shouldForgetAllBelowADeletedResource() {
    String registry = Doors.registry("gone");
    String principal = systemIdentity(registry + "/tasks/t");
    Doors.protect("127.0.0.1:9001", registry);
    assign(admin(), principal, "acrpull", registry).statusCode(201);

    with(service("task-api"))
        .body(Map.of("resourceId", registry.toLowerCase()))
        .post("/internal/resource-deletions")
        .then()
        .statusCode(204);

    with(admin())
        .body(Map.of("ids", List.of(principal)))
        .post("/v1.0/directoryObjects/getByIds")
        .then()
        .body("value", empty());
    Doors.exchange(admin(), "127.0.0.1:9001").statusCode(400);
    with(service("task-api"))
        .body(Map.of("resourceId", "/subscriptions/" + IdentityTestResource.SUBSCRIPTION))
        .post("/internal/resource-deletions")
        .then()
        .statusCode(400);
  }

  private static String systemIdentity(String owner) {
    return with(service("task-api"))
        .body(Map.of("ownerId", owner, "displayName", "task"))
        .put("/internal/system-identities")
        .then()
        .statusCode(200)
        .extract()
        .path("principalId");
  }
}
