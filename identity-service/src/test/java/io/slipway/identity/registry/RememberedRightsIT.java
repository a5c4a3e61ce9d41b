package io.slipway.identity.registry;

import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.armToken;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.exchange;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.protect;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.registryTokens;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.slipway.identity.Doors;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.role.AccessVersion;
import io.slipway.identity.role.AnotherInstance;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.serviceclient.AuthenticateClient;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Transactions;
import io.slipway.identity.token.VerifyToken;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rights are remembered, so each kind of change must be noticed: by the instance that made it, and
 * by another one, which has a memory of its own and shares nothing but the database.
 */
@QuarkusTest
class RememberedRightsIT {
  private static final String SERVICE = "127.0.0.1:8474";
  private static final String PULL = "repository:a:pull";
  private static final String PULL_AND_PUSH = "repository:a:pull,push";

  /** How often is asked for a change, at most; each time a tenth of a second later. */
  private static final int PATIENCE = 50;

  @Inject Transactions transactions;
  @Inject PrincipalRepository principals;
  @Inject RoleAssignmentRepository assignments;
  @Inject ProtectedResourceRepository resources;
  @Inject VerifyToken verifier;
  @Inject AuthenticateClient authenticate;
  @Inject RegistryTokens tokens;
  @Inject Settings settings;

  private IssueRegistryTokens other;
  private String refresh;
  private Doors.Identity identity;
  private String assignment;

  @BeforeEach
  void startAnotherInstanceAndWarmBoth() {
    AccessVersion version = AnotherInstance.version(transactions);
    FindRegistryAccess findAccess =
        new FindRegistryAccess(transactions, principals, assignments, resources, version);
    other =
        new IssueRegistryTokens(
            new RegistryLogIn(verifier, authenticate, findAccess, settings, InstantSource.system()),
            tokens,
            version);
    protect(SERVICE, registry("remembered"));
    identity = identity("remembered-" + UUID.randomUUID().toString().substring(0, 8));
    assignment =
        assign(admin(), identity.principalId(), "AcrPull", registry("remembered"))
            .statusCode(201)
            .extract()
            .path("id");
    refresh = exchange(armToken(identity), SERVICE).statusCode(200).extract().path("refresh_token");
    assertThat(here(PULL)).isEqualTo(PULL);
    assertThat(there(PULL)).isEqualTo(PULL);
  }

  /** What this instance grants, or the status of its refusal. */
  private String here(String scope) {
    Map<String, Object> wanted =
        Map.of(
            "service",
            SERVICE,
            "refreshToken",
            refresh,
            "scopes",
            List.of(scope),
            "runUid",
            UUID.randomUUID().toString(),
            "attempt",
            1);
    var answer =
        registryTokens(service("credential-broker"), List.of(wanted))
            .statusCode(200)
            .extract()
            .jsonPath();
    return answer.getInt("answers[0].status") == 200
        ? String.join(" ", answer.getList("answers[0].granted", String.class))
        : answer.getString("answers[0].status");
  }

  private String there(String scope) {
    var wanted =
        new IssueRegistryTokens.Wanted(
            SERVICE, refresh, List.of(scope), new Bond.Run(UUID.randomUUID().toString(), 1, 0));
    try {
      return VertxContextSupport.subscribeAndAwait(() -> other.issue(List.of(wanted))).stream()
          .map(outcome ->
              switch (outcome) {
                case IssueRegistryTokens.Issued issued ->
                    String.join(" ", issued.granted().stream().map(RegistryScope::text).toList());
                case IssueRegistryTokens.Refused refused -> String.valueOf(refused.status());
              })
          .findFirst()
          .orElseThrow();
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  private interface Asked {
    String now();
  }

  private void becomes(String expected, String scope) throws InterruptedException {
    for (Asked instance : List.<Asked>of(() -> here(scope), () -> there(scope))) {
      String answer = instance.now();
      for (int i = 0; i < PATIENCE && !answer.equals(expected); i++) {
        Thread.sleep(100);
        answer = instance.now();
      }
      assertThat(answer).isEqualTo(expected);
      assertThat(instance.now()).isEqualTo(expected);
    }
  }

  @Test
  void shouldNoticeThatARoleIsTakenAway() throws InterruptedException {
    with(admin()).delete(assignment).then().statusCode(200);

    becomes("", PULL);
  }

  @Test
  void shouldNoticeThatAPrincipalIsDeleted() throws InterruptedException {
    with(admin()).delete(identity.id()).then().statusCode(200);

    becomes("401", PULL);
  }

  /** A person who has just given a right is not told that it is lacking. */
  @Test
  void shouldNoticeAtOnceThatARoleIsGiven() {
    assertThat(here(PULL_AND_PUSH)).isEqualTo(PULL);
    assertThat(there(PULL_AND_PUSH)).isEqualTo(PULL);

    assign(admin(), identity.principalId(), "AcrPush", Doors.GROUP).statusCode(201);

    assertThat(here(PULL_AND_PUSH)).isEqualTo(PULL_AND_PUSH);
    assertThat(there(PULL_AND_PUSH)).isEqualTo(PULL_AND_PUSH);
  }

  @Test
  void shouldNoticeThatARoleHigherUpIsTakenAway() throws InterruptedException {
    String higher =
        assign(admin(), identity.principalId(), "AcrPush", Doors.GROUP)
            .statusCode(201)
            .extract()
            .path("id");
    becomes(PULL_AND_PUSH, PULL_AND_PUSH);

    with(admin()).delete(higher).then().statusCode(200);

    becomes(PULL, PULL_AND_PUSH);
  }

  @Test
  void shouldNoticeThatALoginServerIsAnotherRegistryNow() throws InterruptedException {
    protect(SERVICE, registry("successor"));

    becomes("", PULL);
  }

  @Test
  void shouldNoticeThatARegistryIsDeleted() throws InterruptedException {
    with(service("task-api"))
        .body(Map.of("resourceId", registry("remembered")))
        .post("/internal/resource-deletions")
        .then()
        .statusCode(204);

    becomes("400", PULL);
  }

  @Test
  void shouldNoticeThatALoginServerIsNoLongerProtected() throws InterruptedException {
    with(service("task-api"))
        .delete("/internal/protected-resources?audience=" + SERVICE)
        .then()
        .statusCode(204);

    becomes("400", PULL);
  }

  /** What is remembered about one principal says nothing about another. */
  @Test
  void shouldKeepPrincipalsApart() {
    Doors.Identity pusher = identity("pusher-" + UUID.randomUUID().toString().substring(0, 8));
    assign(admin(), pusher.principalId(), "AcrPush", registry("remembered")).statusCode(201);
    String pullers = refresh;
    refresh = exchange(armToken(pusher), SERVICE).statusCode(200).extract().path("refresh_token");
    assertThat(here(PULL_AND_PUSH)).isEqualTo(PULL_AND_PUSH);
    assertThat(there(PULL_AND_PUSH)).isEqualTo(PULL_AND_PUSH);

    refresh = pullers;
    assertThat(here(PULL_AND_PUSH)).isEqualTo(PULL);
    assertThat(there(PULL_AND_PUSH)).isEqualTo(PULL);
  }
}
