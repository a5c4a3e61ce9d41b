package io.slipway.identity;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.slipway.identity.client.Audience;
import io.slipway.identity.token.TokenIssuer;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenLife;
import io.slipway.identity.token.TokenRequest;
import jakarta.enterprise.inject.spi.CDI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The calls that the tests make at the service's doors. */
public final class Doors {
  public static final String ARM_SCOPE = "https://localhost:8443//.default";
  public static final String GROUP =
      "/subscriptions/" + IdentityTestResource.SUBSCRIPTION + "/resourceGroups/MyGroup";
  public static final String IDENTITIES =
      "/providers/Microsoft.ManagedIdentity/userAssignedIdentities";
  public static final String DEFINITIONS = "/providers/Microsoft.Authorization/roleDefinitions";
  public static final String ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments";

  private Doors() {}

  public record Identity(String id, String principalId, String clientId) {}

  public static String registry(String name) {
    return GROUP + "/providers/Microsoft.ContainerRegistry/registries/" + name;
  }

  public static ValidatableResponse clientCredentials(String client, String secret, String scope) {
    return given()
        .formParams(
            Map.of(
                "grant_type", "client_credentials",
                "client_id", client,
                "client_secret", secret,
                "scope", scope))
        .post("/adfs/oauth2/token")
        .then();
  }

  private static String token(String client, String scope) {
    return clientCredentials(client, IdentityTestResource.secret(client), scope)
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  public static String admin() {
    return token("slipway-administrator", ARM_SCOPE);
  }

  /** What Azure CLI 2.91 asks for: the administrator's token for the exchange at registries. */
  public static String registryExchange() {
    return token("slipway-administrator", "https://containerregistry.azure.net/.default");
  }

  public static String service(String name) {
    return token("slipway-" + name, "slipway-identity-service/.default");
  }

  public static RequestSpecification with(String token) {
    return given()
        .urlEncodingEnabled(true)
        .header("Authorization", "Bearer " + token)
        .contentType(ContentType.JSON);
  }

  public static Identity identity(String name) {
    var answer =
        with(admin())
            .body(Map.of("location", "local"))
            .put(GROUP + IDENTITIES + "/" + name)
            .then()
            .extract()
            .jsonPath();
    return new Identity(
        answer.getString("id"),
        answer.getString("properties.principalId"),
        answer.getString("properties.clientId"));
  }

  public static String roleId(String role) {
    return with(admin())
        .queryParam("$filter", "roleName eq '" + role + "'")
        .get(GROUP + DEFINITIONS)
        .then()
        .extract()
        .path("value[0].id");
  }

  public static ValidatableResponse assign(
      String token, String principal, String role, String scope) {
    return assign(token, UUID.randomUUID().toString(), principal, role, scope);
  }

  public static ValidatableResponse assign(
      String token, String name, String principal, String role, String scope) {
    return with(token)
        .body(
            Map.of(
                "properties",
                Map.of(
                    "roleDefinitionId",
                    roleId(role),
                    "principalId",
                    principal,
                    "principalType",
                    "ServicePrincipal")))
        .put(scope + ASSIGNMENTS + "/" + name)
        .then();
  }

  public static void protect(String audience, String resourceId) {
    with(service("task-api"))
        .body(Map.of("audience", audience, "resourceId", resourceId))
        .put("/internal/protected-resources")
        .then()
        .statusCode(200);
  }

  public static String grant(String... mayActAs) {
    return grantAnswer(service("task-api"), List.of(mayActAs))
        .statusCode(200)
        .extract()
        .path("grant");
  }

  public static ValidatableResponse grantAnswer(String caller, List<String> mayActAs) {
    Map<String, Object> body = new HashMap<>();
    body.put("subject", "/registries/myregistry/tasks/t/runs/ca1");
    body.put("runUid", UUID.randomUUID());
    body.put("attempt", 1);
    body.put("agent", "agent-1");
    body.put("mayActAs", mayActAs);
    return with(caller).body(body).post("/internal/act-as-grants").then();
  }

  public static ValidatableResponse identityToken(String caller, String grant, String principal) {
    return identityToken(caller, grant, principal, Audience.REGISTRY_EXCHANGE, "127.0.0.1:8454");
  }

  public static ValidatableResponse identityToken(
      String caller, String grant, String principal, String resource, String audience) {
    return given()
        .header("Authorization", "Bearer " + caller)
        .formParams(
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token",
                grant,
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:jwt",
                "requested_subject",
                principal,
                "resource",
                resource,
                "audience",
                audience))
        .post("/internal/identity-tokens")
        .then();
  }

  /** The identity's own ARM token, as a client with a secret would get it. */
  public static String armToken(Identity identity) {
    return CDI.current()
        .select(TokenIssuer.class)
        .get()
        .issue(
            new TokenRequest(
                TokenKind.ARM,
                IdentityTestResource.ARM,
                identity.principalId(),
                TokenLife.ACCESS,
                Map.of("oid", identity.principalId(), "appid", identity.clientId())))
        .await()
        .atMost(Duration.ofSeconds(30))
        .token();
  }

  /**
   * What the broker gets for a run that may act as the identity: for the exchange at a registry.
   */
  public static String lent(Identity identity, String registry) {
    return identityToken(
            service("credential-broker"),
            grant(identity.principalId()),
            identity.principalId(),
            Audience.REGISTRY_EXCHANGE,
            registry)
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  public static ValidatableResponse exchange(String armToken, String service) {
    return given()
        .formParams(
            Map.of("grant_type", "access_token", "service", service, "access_token", armToken))
        .post("/oauth2/exchange")
        .then();
  }

  public static ValidatableResponse registryToken(String token, String service, String... scopes) {
    return given()
        .formParam("grant_type", "refresh_token")
        .formParam("service", service)
        .formParam("refresh_token", token)
        .formParam("scope", new ArrayList<>(List.of(scopes)))
        .post("/oauth2/token")
        .then();
  }

  public static ValidatableResponse registryTokens(String caller, List<?> wanted) {
    return with(caller).body(Map.of("requests", wanted)).post("/internal/registry-tokens").then();
  }

  public static String payload(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }
}
