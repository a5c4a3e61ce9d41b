package io.slipway.identity;

import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.armToken;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.exchange;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.payload;
import static io.slipway.identity.Doors.protect;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.registryTokens;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry tokens for many leases by one call: each is decided as if it were asked for alone. */
@QuarkusTest
class RegistryTokensIT {
  private static final String SERVICE = "127.0.0.1:8464";
  private static final String OTHER = "127.0.0.1:8465";

  @BeforeEach
  void protectRegistries() {
    protect(SERVICE, registry("many"));
    protect(OTHER, registry("manyothers"));
  }

  private static String refresh(String role) {
    Doors.Identity identity = identity("many-" + UUID.randomUUID().toString().substring(0, 8));
    assign(admin(), identity.principalId(), role, registry("many")).statusCode(201);
    return exchange(armToken(identity), SERVICE).statusCode(200).extract().path("refresh_token");
  }

  private static Map<String, Object> wanted(String service, String token, String... scopes) {
    return Map.of(
        "service",
        service,
        "refreshToken",
        token,
        "scopes",
        List.of(scopes),
        "runUid",
        UUID.randomUUID().toString(),
        "attempt",
        1);
  }

  private static JsonPath answers(List<?> wanted) {
    return registryTokens(service("credential-broker"), wanted)
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test
  void shouldDecideEachAloneInTheOrderAsked() {
    String puller = refresh("AcrPull");
    String pusher = refresh("AcrPush");

    JsonPath answers =
        answers(
            List.of(
                wanted(SERVICE, puller, "repository:a:pull,push"),
                wanted(SERVICE, pusher, "repository:b:pull,push", "repository:b:delete"),
                wanted(SERVICE, puller)));

    assertThat(answers.getList("answers.status")).containsExactly(200, 200, 200);
    assertThat(answers.getList("answers[0].granted")).containsExactly("repository:a:pull");
    assertThat(payload(answers.getString("answers[0].accessToken")))
        .contains("\"access\":[{\"type\":\"repository\",\"name\":\"a\",\"actions\":[\"pull\"]}]")
        .contains("\"aud\":\"" + SERVICE + "\"");
    assertThat(answers.getList("answers[0].denied.rolesThatWould")).containsExactly("AcrPush");
    assertThat(answers.getString("answers[0].denied.scope")).isEqualTo(registry("many"));
    assertThat(answers.getInt("answers[0].expiresIn")).isBetween(1, 300);
    assertThat(answers.getList("answers[1].granted")).containsExactly("repository:b:pull,push");
    assertThat(answers.getList("answers[1].denied.rolesThatWould")).containsExactly("AcrDelete");
    assertThat(answers.getList("answers[2].granted")).isEmpty();
    assertThat(answers.<Object>get("answers[2].denied")).isNull();
    assertThat(payload(answers.getString("answers[2].accessToken"))).contains("\"access\":[]");
  }

  @Test
  void shouldNotLetABadOneSpoilTheOthers() {
    String puller = refresh("AcrPull");
    String access =
        Doors.registryToken(puller, SERVICE, "repository:a:pull").extract().path("access_token");
    List<Object> wanted = new ArrayList<>();
    wanted.add(wanted(OTHER, puller, "repository:a:pull")); // a token of another registry
    wanted.add(wanted(SERVICE, "nonsense", "repository:a:pull"));
    wanted.add(wanted(SERVICE, puller, "repository:*:pull"));
    wanted.add(null);
    wanted.add(Map.of("service", SERVICE));
    wanted.add(
        Map.of("service", SERVICE, "refreshToken", puller, "scopes", Arrays.asList("x", null)));
    wanted.add(wanted(SERVICE, admin(), "repository:a:pull"));
    wanted.add(wanted(SERVICE, Doors.grant(), "repository:a:pull"));
    wanted.add(wanted(SERVICE, access, "repository:a:pull,push", "repository:b:pull"));
    wanted.add(wanted(SERVICE, puller, "repository:a:pull"));

    JsonPath answers = answers(wanted);

    assertThat(answers.getList("answers.status"))
        .containsExactly(401, 401, 400, 400, 400, 400, 401, 401, 200, 200);
    assertThat(answers.getString("answers[2].message")).contains("is not a scope");
    assertThat(answers.getString("answers[3].message")).contains("service, refreshToken, runUid");
    assertThat(answers.<Object>get("answers[0].accessToken")).isNull();
    // an access token was cut, and what is made of it is not wider
    assertThat(answers.getList("answers[8].granted")).containsExactly("repository:a:pull");
    assertThat(answers.getList("answers[9].granted")).containsExactly("repository:a:pull");
  }

  @Test
  void shouldSignAFullBatch() {
    String pusher = refresh("AcrPush");
    List<Map<String, Object>> wanted = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      wanted.add(wanted(SERVICE, pusher, "repository:r" + i + ":push"));
    }

    JsonPath answers = answers(wanted);

    assertThat(answers.getList("answers.status")).hasSize(200).containsOnly(200);
    List<String> tokens = answers.getList("answers.accessToken");
    for (int i = 0; i < 200; i++) {
      assertThat(payload(tokens.get(i))).contains("\"name\":\"r" + i + "\"");
    }
    assertThat(answers(List.of()).getList("answers")).isEmpty();
  }

  /** Each is for one lease: none is given to two. */
  @Test
  void shouldSignATokenOfItsOwnForEach() {
    Map<String, Object> same = wanted(SERVICE, refresh("AcrPull"), "repository:a:pull");

    List<String> tokens =
        new ArrayList<>(answers(List.of(same, same)).getList("answers.accessToken"));
    tokens.addAll(answers(List.of(same)).getList("answers.accessToken"));

    assertThat(tokens).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void rejectsWhatIsNotABatch() {
    String broker = service("credential-broker");
    registryTokens(broker, Collections.nCopies(201, wanted(SERVICE, "x")))
        .statusCode(400)
        .body("error.message", containsString("at most 200"));
    for (String body : List.of("", "{}", "null", "[]", "{\"requests\":7}", "{\"requests\":")) {
      with(broker)
          .body(body)
          .post("/internal/registry-tokens")
          .then()
          .statusCode(400)
          .body("error.code", equalTo("InvalidRequest"));
    }
  }

  @Test
  void rejectsWhoIsNotTheBroker() {
    List<Map<String, Object>> wanted =
        List.of(wanted(SERVICE, refresh("AcrPull"), "repository:a:pull"));
    for (String caller :
        List.of(service("task-api"), service("run-agent"), service("administrator"), admin())) {
      registryTokens(caller, wanted).statusCode(403);
    }
    registryTokens(refresh("AcrPull"), wanted).statusCode(401);
    registryTokens("nonsense", wanted).statusCode(401);
  }
}
