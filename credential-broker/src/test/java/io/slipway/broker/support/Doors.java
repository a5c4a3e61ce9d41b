package io.slipway.broker.support;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.slipway.identity.client.HolderKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Calls at the broker and at identity-service, as task-api, agents and persons make them. */
public final class Doors {
  private static final String GROUP =
      "/subscriptions/" + Installation.SUBSCRIPTION + "/resourceGroups/rg";
  public static final String REGISTRY =
      GROUP + "/providers/Microsoft.ContainerRegistry/registries/mybaseregistry";

  /** Of agent-1, which holds all runs. */
  public static final HolderKey KEY = HolderKey.fresh();

  private Doors() {}

  public record Identity(String name, String principalId, String clientId) {}

  public record Run(String uid, String token) {}

  public static BrokerTestResource platform() {
    return BrokerTestResource.running();
  }

  private static String identityUrl() {
    return platform().identity().url();
  }

  public static String token(String client, String scope) {
    return given()
        .formParams(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                client,
                "client_secret",
                platform().installation().secret(client),
                "scope",
                scope))
        .post(identityUrl() + "/adfs/oauth2/token")
        .then()
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  public static String admin() {
    return token("slipway-administrator", Installation.ARM + "/.default");
  }

  /** A client's token for the broker. */
  public static String service(String client) {
    return token(client, "slipway-credential-broker/.default");
  }

  private static String atIdentity() {
    return token("slipway-task-api", "slipway-identity-service/.default");
  }

  public static RequestSpecification with(String token) {
    return with(token, KEY.secret());
  }

  /** The same of another process, or of a thief. */
  public static RequestSpecification with(String token, String key) {
    return given()
        .header("Authorization", "Bearer " + token)
        .header(HolderKey.HEADER, key)
        .contentType(ContentType.JSON);
  }

  public static Identity identity(String name) {
    var answer =
        with(admin())
            .body(Map.of("location", "local"))
            .put(
                identityUrl()
                    + GROUP
                    + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                    + name)
            .then()
            .extract()
            .jsonPath();
    return new Identity(
        name, answer.getString("properties.principalId"), answer.getString("properties.clientId"));
  }

  public static void delete(Identity identity) {
    with(admin())
        .delete(
            identityUrl()
                + GROUP
                + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                + identity.name())
        .then()
        .statusCode(200);
  }

  public static Identity identity(String name, String role) {
    Identity identity = identity(name);
    assign(identity, role);
    return identity;
  }

  public static String assign(Identity identity, String role) {
    String definition =
        with(admin())
            .queryParam("$filter", "roleName eq '" + role + "'")
            .get(identityUrl() + GROUP + "/providers/Microsoft.Authorization/roleDefinitions")
            .then()
            .extract()
            .path("value[0].id");
    String address =
        identityUrl()
            + REGISTRY
            + "/providers/Microsoft.Authorization/roleAssignments/"
            + UUID.randomUUID();
    with(admin())
        .body(
            Map.of(
                "properties",
                Map.of("roleDefinitionId", definition, "principalId", identity.principalId())))
        .put(address)
        .then()
        .statusCode(201);
    return address;
  }

  public static void remove(String assignment) {
    with(admin()).delete(assignment).then().statusCode(200);
  }

  public static void protect(String audience) {
    with(atIdentity())
        .body(Map.of("audience", audience, "resourceId", REGISTRY))
        .put(identityUrl() + "/internal/protected-resources")
        .then()
        .statusCode(200);
  }

  /** A run that agent-1 holds. */
  public static Run run(UUID bindingOwner, UUID sourceOwner, String... mayActAs) {
    String uid = UUID.randomUUID().toString();
    Run run = new Run(uid, runToken());
    platform().leases().hold(run.token(), lease(uid, 1, bindingOwner, sourceOwner, mayActAs));
    return run;
  }

  /** A lease as task-api writes it. */
  public static JsonObject lease(
      String uid, int attempt, UUID bindingOwner, UUID sourceOwner, String... mayActAs) {
    return new JsonObject()
        .put("runUid", uid)
        .put("runId", "ca1")
        .put("registry", "myregistry")
        .put("subject", "/registries/myregistry/tasks/t/runs/ca1")
        .put("attempt", attempt)
        .put("agent", "agent-1")
        .put("holder", KEY.holder())
        .put("bindingOwner", bindingOwner.toString())
        .put("sourceOwner", sourceOwner.toString())
        .put("mayActAs", new JsonArray(List.of(mayActAs)))
        .put("secrets", new JsonArray(List.of("token", "other", "third", "s")))
        .put("until", "2100-01-01T00:00:00Z");
  }

  /** A run token that nobody holds. */
  public static String runToken() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return "srt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** The grant that task-api would get for a lease. */
  public static String grant(JsonObject lease) {
    return with(atIdentity())
        .body(
            Map.of(
                "subject", lease.getString("subject"),
                "runUid", lease.getString("runUid"),
                "attempt", lease.getInteger("attempt"),
                "agent", lease.getString("agent"),
                "mayActAs", lease.getJsonArray("mayActAs").getList()))
        .post(identityUrl() + "/internal/act-as-grants")
        .then()
        .statusCode(200)
        .extract()
        .path("grant");
  }

  public static void bind(UUID owner, String server, Identity identity, String... actions) {
    Map<String, Object> binding =
        Map.of(
            "identity",
            Map.of("principalId", identity.principalId(), "clientId", identity.clientId()),
            "actions",
            List.of(actions));
    put(owner, Map.of(server, binding)).statusCode(204);
  }

  public static void bind(UUID owner, String server, String userName, String password) {
    put(
            owner,
            Map.of(
                server,
                Map.of(
                    "userName", Map.of("value", userName, "type", "Opaque"),
                    "password", Map.of("value", password, "type", "Opaque"))))
        .statusCode(204);
  }

  public static ValidatableResponse put(UUID owner, Map<String, ?> bindings) {
    return with(service("slipway-task-api"))
        .body(Map.of("bindings", bindings))
        .put("/internal/owners/" + owner + "/bindings")
        .then();
  }

  public static ValidatableResponse patch(UUID owner, Map<String, ?> bindings) {
    return with(service("slipway-task-api"))
        .body(Map.of("bindings", bindings))
        .patch("/internal/owners/" + owner)
        .then();
  }

  public static ValidatableResponse secrets(UUID owner, Map<String, ?> secrets) {
    return with(service("slipway-task-api"))
        .body(Map.of("secrets", secrets))
        .patch("/internal/owners/" + owner)
        .then();
  }

  public static ValidatableResponse lease(String token, String server, String... scopes) {
    return with(token)
        .body(Map.of("loginServer", server, "scopes", List.of(scopes)))
        .post("/leases")
        .then();
  }

  /** The refusal of a lease that was granted until now; it comes when rights are read anew. */
  public static ValidatableResponse refusedLease(String token, String server, String... scopes) {
    for (int tries = 0; tries < 200; tries++) {
      ValidatableResponse answer = lease(token, server, scopes);
      if (answer.extract().statusCode() == 403) {
        return answer;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    throw new AssertionError("the lease is still granted");
  }

  public static String payload(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }
}
