package io.slipway.identity;

import static io.slipway.identity.Doors.ASSIGNMENTS;
import static io.slipway.identity.Doors.DEFINITIONS;
import static io.slipway.identity.Doors.GROUP;
import static io.slipway.identity.Doors.IDENTITIES;
import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.armToken;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.roleId;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Role definitions and assignments: shapes, conflicts, lists, and who may give roles. */
@QuarkusTest
class RoleIT {
  private static final String SUBSCRIPTION = "/subscriptions/" + IdentityTestResource.SUBSCRIPTION;

  @Test
  void shouldFindRolesByNameInAnyCaseAtAnyScope() {
    for (String scope : List.of(SUBSCRIPTION, GROUP, registry("base"))) {
      with(admin())
          .queryParam("$filter", "roleName eq 'acrpull'")
          .get(scope + DEFINITIONS + "?api-version=2018-01-01-preview")
          .then()
          .statusCode(200)
          .body("value", hasSize(1))
          .body("value[0].name", equalTo("7f951dda-4ed3-4680-a7ca-43fe172d538d"))
          .body("value[0].properties.roleName", equalTo("AcrPull"))
          .body("value[0].properties.type", equalTo("BuiltInRole"))
          .body(
              "value[0].properties.permissions[0].actions",
              equalTo(List.of("Microsoft.ContainerRegistry/registries/pull/read")));
    }
    with(admin()).get(SUBSCRIPTION + DEFINITIONS).then().body("value.size()", greaterThan(15));
    with(admin())
        .get(SUBSCRIPTION + DEFINITIONS + "/7f951dda-4ed3-4680-a7ca-43fe172d538d")
        .then()
        .body("properties.roleName", equalTo("AcrPull"));
    with(admin())
        .get(SUBSCRIPTION + DEFINITIONS + "/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("error.code", equalTo("RoleDefinitionDoesNotExist"));
    with(admin())
        .queryParam("$filter", "roleName ne 'x'")
        .get(SUBSCRIPTION + DEFINITIONS)
        .then()
        .statusCode(400);
  }

  @Test
  void shouldAssignOnceListAndTakeAway() {
    String principal = identity("assignee").principalId();
    String scope = registry("list");
    String name = UUID.randomUUID().toString();
    String definition = roleId("AcrPull");

    assign(admin(), name, principal, "acrpull", scope)
        .statusCode(201)
        .body("id", equalTo(scope + ASSIGNMENTS + "/" + name))
        .body("properties.roleDefinitionId", equalTo(definition))
        .body("properties.principalType", equalTo("ServicePrincipal"))
        .body("properties.scope", equalTo(scope));
    assign(admin(), principal, "acrpull", scope.toLowerCase())
        .statusCode(409)
        .body("error.code", equalTo("RoleAssignmentExists"))
        .body("error.message", containsString("role assignment already exists"));
    assign(admin(), name, principal, "acrpull", scope).statusCode(201);
    assign(admin(), name, principal, "acrpush", scope)
        .statusCode(400)
        .body("error.code", equalTo("RoleAssignmentUpdateNotPermitted"));

    list(scope, "atScope()").body("value.name", hasItem(name));
    list(scope, "principalId eq '" + principal + "'").body("value.name", equalTo(List.of(name)));
    list(scope, "assignedTo('" + principal + "')").body("value.name", equalTo(List.of(name)));
    list(SUBSCRIPTION, "principalId eq '" + principal + "'")
        .body("value.name", equalTo(List.of(name)));
    list(SUBSCRIPTION, "atScope()").body("value.name", not(hasItem(name)));
    list(scope + "/tasks/t", "atScope()").body("value.name", hasItem(name));
    list(registry("list2"), "principalId eq '" + principal + "'").body("value", empty());

    with(admin()).delete(registry("list2") + ASSIGNMENTS + "/" + name).then().statusCode(204);
    with(admin())
        .delete(scope.toUpperCase() + ASSIGNMENTS + "/" + name.toUpperCase())
        .then()
        .statusCode(200)
        .body("name", equalTo(name));
    with(admin()).delete(scope + ASSIGNMENTS + "/" + name).then().statusCode(204);
    with(admin()).get(scope + ASSIGNMENTS + "/" + name).then().statusCode(404);
  }

  private static ValidatableResponse list(String scope, String filter) {
    return with(admin())
        .queryParam("$filter", filter)
        .get(scope + ASSIGNMENTS)
        .then()
        .statusCode(200);
  }

  @Test
  void shouldMakeOneOfManyEqualAssignmentsAtOnce() throws Exception {
    String principal = identity("raced").principalId();
    String admin = admin();
    Callable<Integer> assign =
        () -> assign(admin, principal, "AcrPush", registry("raced")).extract().statusCode();

    try (var threads = Executors.newFixedThreadPool(8)) {
      var answers = threads.invokeAll(IntStream.range(0, 12).mapToObj(i -> assign).toList());
      List<Integer> statuses = answers.stream().map(f -> f.resultNow()).sorted().toList();
      Assertions.assertThat(statuses.getFirst()).isEqualTo(201);
      Assertions.assertThat(statuses.subList(1, 12)).containsOnly(409);
    }
  }

  @Test
  void rejectsAnUnknownPrincipalAndSaysWhatWasMeant() {
    Doors.Identity made = identity("confused");

    assign(admin(), made.clientId(), "acrpull", registry("base"))
        .statusCode(400)
        .body("error.code", equalTo("PrincipalNotFound"))
        .body("error.message", containsString(made.principalId()));
    assign(admin(), UUID.randomUUID().toString(), "acrpull", registry("base")).statusCode(400);
  }

  @Test
  void rejectsAConditionRatherThanForgettingIt() {
    with(admin())
        .body(
            Map.of(
                "properties",
                Map.of(
                    "roleDefinitionId", roleId("AcrPull"),
                    "principalId", identity("conditioned").principalId(),
                    "condition", "@Resource[x] StringEquals 'y'")))
        .put(registry("base") + ASSIGNMENTS + "/" + UUID.randomUUID())
        .then()
        .statusCode(400)
        .body("error.code", equalTo("ConditionNotSupported"));
  }

  @Test
  void rejectsWhoMayNotGiveRoles() {
    Doors.Identity nobody = identity("nobody");
    Doors.Identity contributor = identity("contributor");
    Doors.Identity giver = identity("giver");
    assign(admin(), contributor.principalId(), "Contributor", GROUP).statusCode(201);
    assign(admin(), giver.principalId(), "User Access Administrator", registry("mine"))
        .statusCode(201);

    for (Doors.Identity mallory : List.of(nobody, contributor)) {
      assign(armToken(mallory), mallory.principalId(), "Owner", registry("mine"))
          .statusCode(403)
          .body("error.code", equalTo("AuthorizationFailed"))
          .body("error.message", containsString("Microsoft.Authorization/roleAssignments/write"));
    }
    assign(armToken(giver), nobody.principalId(), "acrpull", registry("mine")).statusCode(201);
    assign(armToken(giver), nobody.principalId(), "acrpull", registry("mine2")).statusCode(403);
    assign(armToken(giver), giver.principalId(), "Owner", SUBSCRIPTION).statusCode(403);
    assign(armToken(giver), giver.principalId(), "Owner", "").statusCode(403);
  }

  @Test
  void shouldShowWhatACallerMayRead() {
    Doors.Identity reader = identity("reader");
    Doors.Identity seen = identity("seen");
    with(armToken(reader)).get(GROUP + IDENTITIES).then().body("value", empty());
    with(armToken(reader)).get(GROUP + IDENTITIES + "/seen").then().statusCode(403);
    with(armToken(reader)).get(GROUP + DEFINITIONS).then().statusCode(403);
    with(armToken(reader)).get(GROUP + ASSIGNMENTS).then().statusCode(403);

    assign(admin(), reader.principalId(), "Reader", seen.id()).statusCode(201);

    with(armToken(reader))
        .get(GROUP + IDENTITIES)
        .then()
        .body("value.name", equalTo(List.of("seen")));
    with(armToken(reader))
        .body(Map.of("location", "local"))
        .put(GROUP + IDENTITIES + "/seen")
        .then()
        .statusCode(403);
    with(armToken(reader)).delete(GROUP + IDENTITIES + "/seen").then().statusCode(403);
  }

  @Test
  void rejectsScopesThatAreNone() {
    for (String scope :
        List.of(
            "/subscriptions/x/..",
            "/subscriptions/x/resourceGroups/a%2F..%2Fb",
            "/subscriptions/x/resourceGroups/a%00b",
            "/subscriptions",
            "/other/x")) {
      with(admin())
          .urlEncodingEnabled(false)
          .get(scope + ASSIGNMENTS)
          .then()
          .statusCode(Matchers.oneOf(400, 403, 404));
    }
  }

  @Test
  void shouldDecideForTheServices() {
    Doors.Identity pusher = identity("pusher");
    assign(admin(), pusher.principalId(), "AcrPush", registry("decide")).statusCode(201);
    String pull = "Microsoft.ContainerRegistry/registries/pull/read";
    String read = "Microsoft.ContainerRegistry/registries/read";

    with(service("task-api"))
        .body(
            Map.of(
                "principalId",
                pusher.principalId(),
                "checks",
                List.of(
                    Map.of("action", pull, "scope", registry("decide")),
                    Map.of("action", pull, "scope", registry("decide").toUpperCase()),
                    Map.of("action", read, "scope", registry("decide")),
                    Map.of("action", pull, "scope", registry("decide2")),
                    Map.of("action", "*", "scope", registry("decide")),
                    Map.of("action", pull, "scope", "nonsense"),
                    Map.of())))
        .post("/internal/access-decisions")
        .then()
        .statusCode(200)
        .body("granted", equalTo(List.of(true, true, false, false, false, false, false)));
    with(service("task-api"))
        .body(
            Map.of(
                "principalId",
                "nobody",
                "checks",
                List.of(Map.of("action", pull, "scope", registry("decide")))))
        .post("/internal/access-decisions")
        .then()
        .body("granted", equalTo(List.of(false)));
  }

  @Test
  void shouldGiveRolesToIdentitiesOfResourcesOnly() {
    String owner = registry("own");
    String principal =
        with(service("task-api"))
            .body(Map.of("ownerId", owner, "displayName", "own"))
            .put("/internal/system-identities")
            .then()
            .extract()
            .path("principalId");
    Map<String, String> wanted =
        Map.of("principalId", principal, "roleName", "AcrPush", "scope", owner);
    String first =
        with(service("task-api"))
            .body(wanted)
            .put("/internal/role-assignments")
            .then()
            .statusCode(200)
            .extract()
            .path("name");
    with(service("task-api"))
        .body(wanted)
        .put("/internal/role-assignments")
        .then()
        .statusCode(200)
        .body("name", equalTo(first));

    with(service("task-api"))
        .body(
            Map.of(
                "principalId",
                identity("person").principalId(),
                "roleName",
                "Owner",
                "scope",
                owner))
        .put("/internal/role-assignments")
        .then()
        .statusCode(400);
    with(service("task-api"))
        .body(Map.of("principalId", principal, "roleName", "Owner", "scope", "/"))
        .put("/internal/role-assignments")
        .then()
        .statusCode(400);
  }
}
