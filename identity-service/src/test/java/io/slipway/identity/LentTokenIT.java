package io.slipway.identity;

import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.exchange;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.identityToken;
import static io.slipway.identity.Doors.lent;
import static io.slipway.identity.Doors.payload;
import static io.slipway.identity.Doors.protect;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.registryToken;
import static io.slipway.identity.Doors.registryTokens;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the broker gets for runs, and what a thief of it would have. */
@QuarkusTest
class LentTokenIT {
  private static final String SERVICE = "127.0.0.1:8474";
  private static final String OTHER = "127.0.0.1:8475";
  private static final String PULL = "repository:a:pull";

  private Doors.Identity identity;

  @BeforeEach
  void givenAnIdentityOfTwoRegistries() {
    protect(SERVICE, registry("lender"));
    protect(OTHER, registry("otherlender"));
    identity = identity("lent-" + UUID.randomUUID().toString().substring(0, 8));
    for (String name : List.of("lender", "otherlender")) {
      assign(admin(), identity.principalId(), "AcrPush", registry(name)).statusCode(201);
    }
  }

  @Test
  void rejectsToGiveTheBrokerATokenForArm() {
    String grant = Doors.grant(identity.principalId());
    for (String arm : List.of(IdentityTestResource.ARM, "https://localhost:8443")) {
      identityToken(
              service("credential-broker"), grant, identity.principalId(), arm, "127.0.0.1:8474")
          .statusCode(400)
          .body("error", equalTo("invalid_target"));
    }
  }

  @Test
  void rejectsALentTokenAnywhereButAtTheExchangeOfItsRegistry() {
    String token = lent(identity, SERVICE);
    assertThat(payload(token))
        .contains("\"aud\":\"https://containerregistry.azure.net\"")
        .contains("\"service\":\"" + SERVICE + "\"");

    exchange(token, OTHER).statusCode(401);
    registryToken(token, SERVICE, PULL).statusCode(401);
    with(token).get(Doors.GROUP + Doors.IDENTITIES).then().statusCode(401);
    with(token).get("/v1.0/users").then().statusCode(401);
    identityToken(service("credential-broker"), token, identity.principalId()).statusCode(400);
    exchange(token, SERVICE).statusCode(200);
  }

  @Test
  void shouldEndWithTheRunsTokenAndBeGoodForTheBrokerAlone() {
    String token = lent(identity, SERVICE);
    String refresh = exchange(token, SERVICE).statusCode(200).extract().path("refresh_token");
    assertThat(end(refresh)).isBetween(end(token) - 1, end(token));

    // stolen, it opens nothing: neither another token of three hours, nor a registry
    registryToken(refresh, SERVICE, PULL).statusCode(401);
    exchange(refresh, SERVICE).statusCode(401);

    String run = UUID.randomUUID().toString();
    Map<String, Object> wanted =
        Map.of(
            "service", SERVICE,
            "refreshToken", refresh,
            "scopes", List.of(PULL),
            "runUid", run,
            "attempt", 2);
    String access =
        registryTokens(service("credential-broker"), List.of(wanted))
            .statusCode(200)
            .extract()
            .path("answers[0].accessToken");
    assertThat(bond(access)).isEqualTo(run + "/2");

    // what docker makes of it is of the same run, and ends with it
    String heir =
        registryToken(access, SERVICE, PULL).statusCode(200).extract().path("access_token");
    assertThat(bond(heir)).isEqualTo(run + "/2");
    assertThat(end(heir)).isBetween(end(access) - 1, end(access));
    // and is as old: a registry asks about the run of a token that is not new
    assertThat(JsonPath.from(payload(heir)).getLong("run_at"))
        .isPositive()
        .isEqualTo(JsonPath.from(payload(access)).getLong("run_at"));
  }

  @Test
  void rejectsARegistryTokenForNoRun() {
    String refresh = exchange(lent(identity, SERVICE), SERVICE).extract().path("refresh_token");

    assertThat(
            registryTokens(
                    service("credential-broker"),
                    List.of(
                        Map.of(
                            "service", SERVICE, "refreshToken", refresh, "scopes", List.of(PULL))))
                .statusCode(200)
                .extract()
                .<Integer>path("answers[0].status"))
        .isEqualTo(400);
  }

  private static String bond(String token) {
    JsonPath claims = new JsonPath(payload(token));
    return claims.getString("run_uid") + "/" + claims.getInt("run_attempt");
  }

  private static long end(String token) {
    return new JsonPath(payload(token)).getLong("exp");
  }
}
