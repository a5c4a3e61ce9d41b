package io.slipway.identity;

import static io.restassured.RestAssured.given;
import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.armToken;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.exchange;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.payload;
import static io.slipway.identity.Doors.protect;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.registryToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry tokens: exactly what was asked for and what the roles allow, and nothing more. */
@QuarkusTest
class RegistryTokenIT {
  private static final String SERVICE = "127.0.0.1:8454";
  private static final String OTHER = "127.0.0.1:8455";
  private static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";
  private static final String PULL = "repository:baseimages/node:pull";

  @BeforeEach
  void protectRegistries() {
    protect(SERVICE, registry("base"));
    protect(OTHER, registry("other"));
  }

  private static String refresh(Doors.Identity identity) {
    return exchange(armToken(identity), SERVICE).statusCode(200).extract().path("refresh_token");
  }

  private static Doors.Identity with(String name, String role) {
    Doors.Identity identity = identity(name + "-" + UUID.randomUUID().toString().substring(0, 8));
    assign(admin(), identity.principalId(), role, registry("base")).statusCode(201);
    return identity;
  }

  private static String granted(String... actions) {
    return "[{\"type\":\"repository\",\"name\":\"baseimages/node\",\"actions\":[\""
        + String.join("\",\"", actions)
        + "\"]}]";
  }

  private static String accessClaim(ValidatableResponse answer) {
    String token = answer.statusCode(200).extract().path("access_token");
    return payload(token);
  }

  @Test
  void rejectsWhoHasNoRightAndSaysWhichRoleWouldDo() {
    Doors.Identity nobody = identity("myACRTasksId");

    exchange(armToken(nobody), SERVICE)
        .statusCode(403)
        .body("errors[0].code", equalTo("DENIED"))
        .body("errors[0].detail.principalId", equalTo(nobody.principalId()))
        .body("errors[0].detail.principalName", equalTo("myACRTasksId"))
        .body("errors[0].detail.service", equalTo(SERVICE))
        .body("errors[0].detail.scope", equalTo(registry("base")))
        .body(
            "errors[0].detail.missingActions",
            contains("Microsoft.ContainerRegistry/registries/pull/read"))
        .body("errors[0].detail.rolesThatWould", contains("AcrPull"));
  }

  @Test
  void rejectsTokensOfTheArmAudienceWhereTheyAreSwitchedOff() {
    String service = "127.0.0.1:8476";
    Doors.Identity identity = identity("armless");
    assign(admin(), identity.principalId(), "AcrPull", registry("noarm")).statusCode(201);
    armTokens(service, false);

    exchange(armToken(identity), service)
        .statusCode(401)
        .body("errors[0].message", containsString("https://containerregistry.azure.net"));
    exchange(Doors.registryExchange(), service).statusCode(200);

    armTokens(service, true);
    exchange(armToken(identity), service).statusCode(200);
  }

  private static void armTokens(String service, boolean taken) {
    Doors.with(Doors.service("task-api"))
        .body(Map.of("audience", service, "resourceId", registry("noarm"), "armTokens", taken))
        .put("/internal/protected-resources")
        .then()
        .statusCode(200);
  }

  @Test
  void shouldGrantTheIntersection() {
    String puller = refresh(with("puller", "AcrPull"));
    String pusher = refresh(with("pusher", "AcrPush"));

    assertThat(accessClaim(registryToken(puller, SERVICE, PULL)))
        .contains("\"access\":" + granted("pull"));
    registryToken(puller, SERVICE, "repository:baseimages/node:pull,push")
        .body("denied.rolesThatWould", contains("AcrPush"))
        .body("denied.scope", equalTo(registry("base")));
    assertThat(accessClaim(registryToken(puller, SERVICE, "repository:baseimages/node:pull,push")))
        .contains("\"access\":" + granted("pull"));
    assertThat(accessClaim(registryToken(puller, SERVICE, "repository:x:push,delete")))
        .contains("\"access\":[]");
    assertThat(accessClaim(registryToken(pusher, SERVICE, "repository:baseimages/node:pull,push")))
        .contains("\"access\":" + granted("pull", "push"));
    assertThat(accessClaim(registryToken(pusher, SERVICE, "repository:x:delete,*")))
        .contains("\"access\":[]");
    assertThat(accessClaim(registryToken(puller, SERVICE, "registry:catalog:*")))
        .contains("\"name\":\"catalog\",\"actions\":[\"*\"]");
  }

  @Test
  void shouldForgetARightAtOnce() {
    Doors.Identity identity = identity("fired");
    String name = UUID.randomUUID().toString();
    assign(admin(), name, identity.principalId(), "AcrPull", registry("base")).statusCode(201);
    String refresh = refresh(identity);
    assertThat(accessClaim(registryToken(refresh, SERVICE, PULL))).contains(granted("pull"));

    Doors.with(admin())
        .delete(registry("base") + Doors.ASSIGNMENTS + "/" + name)
        .then()
        .statusCode(200);

    assertThat(accessClaim(registryToken(refresh, SERVICE, PULL))).contains("\"access\":[]");
    exchange(armToken(identity), SERVICE).statusCode(403);
  }

  @Test
  void shouldExchangeTheTokenOfNewerClients() {
    String token = Doors.registryExchange();
    assertThat(payload(token)).contains("\"aud\":\"https://containerregistry.azure.net\"");

    String refresh = exchange(token, SERVICE).statusCode(200).extract().path("refresh_token");

    assertThat(accessClaim(registryToken(refresh, SERVICE, PULL))).contains(granted("pull"));
    // it is good at the exchange alone: a run can't have one, and it isn't a registry's own token
    registryToken(token, SERVICE, PULL).statusCode(401);
    docker(TOKEN_USER, token, false, PULL).statusCode(401);
  }

  @Test
  void rejectsTokensOfOtherRegistries() {
    String refresh = refresh(with("crosser", "AcrPull"));
    String access = registryToken(refresh, SERVICE, PULL).extract().path("access_token");

    registryToken(refresh, OTHER, PULL).statusCode(401);
    registryToken(access, OTHER, PULL).statusCode(401);
    registryToken(admin(), SERVICE, PULL).statusCode(401);
    registryToken(Doors.grant(), SERVICE, PULL).statusCode(401);
    exchange(refresh, SERVICE).statusCode(401);
    exchange(access, SERVICE).statusCode(401);
    exchange(Doors.grant(), SERVICE).statusCode(401);
    exchange(Doors.service("task-api"), SERVICE).statusCode(401);
    exchange(admin(), "127.0.0.1:1").statusCode(400);
  }

  @Test
  void shouldNotWidenAnAccessToken() {
    String refresh = refresh(with("widener", "AcrPush"));
    String access = registryToken(refresh, SERVICE, PULL).extract().path("access_token");

    assertThat(accessClaim(registryToken(access, SERVICE, "repository:baseimages/node:pull,push")))
        .contains("\"access\":" + granted("pull"));
    assertThat(accessClaim(registryToken(access, SERVICE, "repository:other:pull")))
        .contains("\"access\":[]");
    docker(TOKEN_USER, access, true, PULL).statusCode(200).body("refresh_token", nullValue());
  }

  /** Whoever was lent a token for minutes must not make a lasting one of it. */
  @Test
  void shouldEndWithTheTokenThatItWasMadeFrom() throws InterruptedException {
    String refresh = refresh(with("heir", "AcrPull"));
    String access = registryToken(refresh, SERVICE, PULL).extract().path("access_token");
    Thread.sleep(2_100); // ends are whole seconds

    ValidatableResponse heir = registryToken(access, SERVICE, PULL).statusCode(200);
    assertThat(end(heir.extract().path("access_token"))).isBetween(end(access) - 1, end(access));
    assertThat(heir.extract().<Integer>path("expires_in")).isLessThan(300);
    String again =
        docker(TOKEN_USER, refresh, true, PULL).statusCode(200).extract().path("refresh_token");
    assertThat(end(again)).isBetween(end(refresh) - 1, end(refresh));
  }

  private static long end(String token) {
    return new JsonPath(payload(token)).getLong("exp");
  }

  @Test
  void shouldSpeakWithDocker() {
    String refresh = refresh(with("docker", "AcrPull"));

    docker(TOKEN_USER, refresh, true, PULL, "repository:baseimages/node:push")
        .statusCode(200)
        .body("expires_in", equalTo(300))
        .body("refresh_token", Matchers.notNullValue());
    var answer = docker(TOKEN_USER, refresh, false, PULL).statusCode(200).extract().jsonPath();
    assertThat(answer.getString("token")).isEqualTo(answer.getString("access_token"));
    assertThat(answer.getString("issued_at")).isNotBlank();
    docker(
            "slipway-administrator",
            IdentityTestResource.secret("slipway-administrator"),
            false,
            PULL)
        .statusCode(200);
    docker("slipway-administrator", "0".repeat(64), false, PULL).statusCode(401);
    docker(TOKEN_USER, "nonsense", false, PULL)
        .statusCode(401)
        .body("errors[0].code", equalTo("UNAUTHORIZED"));
    given()
        .queryParam("service", SERVICE)
        .get("/oauth2/token")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", containsString("Basic"));
  }

  private static ValidatableResponse docker(
      String user, String password, boolean offline, String... scopes) {
    return given()
        .auth()
        .preemptive()
        .basic(user, password)
        .queryParam("service", SERVICE)
        .queryParam("account", user)
        .queryParam("client_id", "docker")
        .queryParam("offline_token", offline)
        .queryParam("scope", List.of(scopes))
        .get("/oauth2/token")
        .then();
  }

  @Test
  void rejectsTricksInScopes() {
    String refresh = refresh(with("trickster", "AcrPush"));
    for (String trick :
        List.of(
            "repository:*:push",
            "repository:../x:pull",
            "repository:a/../b:pull",
            "repository:a:pull:push",
            "registry:*:*",
            "repository:" + "a".repeat(300) + ":pull")) {
      registryToken(refresh, SERVICE, trick)
          .statusCode(400)
          .body("errors[0].message", containsString("is not a scope"));
    }
    registryToken(
            refresh,
            SERVICE,
            IntStream.range(0, 1000)
                .mapToObj(i -> "repository:r" + i + ":pull")
                .toArray(String[]::new))
        .statusCode(400);
    assertThat(
            accessClaim(
                registryToken(
                    refresh, SERVICE, PULL + " " + PULL, "repository:baseimages/node:pull,push")))
        .contains("\"access\":" + granted("pull", "push"));
  }

  @Test
  void rejectsToProtectWhatIsNoRegistry() {
    for (String audience :
        List.of(
            "slipway-task-api",
            "slipway-act-as",
            "slipway-identity-service/",
            IdentityTestResource.ARM,
            "https://localhost:8443",
            "https://containerregistry.azure.net",
            "",
            "a b")) {
      Doors.with(Doors.service("task-api"))
          .body(Map.of("audience", audience, "resourceId", registry("base")))
          .put("/internal/protected-resources")
          .then()
          .statusCode(400);
    }
    Doors.with(Doors.service("task-api"))
        .delete("/internal/protected-resources?audience=127.0.0.1:7777")
        .then()
        .statusCode(204);
  }
}
