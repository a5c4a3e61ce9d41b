package io.slipway.broker;

import static io.slipway.broker.support.Doors.REGISTRY;
import static io.slipway.broker.support.Doors.assign;
import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.lease;
import static io.slipway.broker.support.Doors.payload;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.protect;
import static io.slipway.broker.support.Doors.refusedLease;
import static io.slipway.broker.support.Doors.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors;
import io.slipway.broker.support.Doors.Identity;
import io.slipway.broker.support.Doors.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases of credentials, against the real identity-service and Debian's docker-registry. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class LeaseIT {
  private static final String PULL = "repository:baseimages/node:pull";
  private static final String PUSH = "repository:baseimages/node:pull,push";
  private final UUID owner = UUID.randomUUID();
  private final UUID source = UUID.randomUUID();
  private String server;

  @BeforeEach
  void protectRegistry() {
    server = platform().registry().loginServer();
    protect(server);
  }

  private Run runAs(Identity identity) {
    return run(owner, source, identity.principalId());
  }

  private static String password(Run run, String server, String... scopes) {
    return lease(run.token(), server, scopes)
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body("username", equalTo("00000000-0000-0000-0000-000000000000"))
        .extract()
        .path("password");
  }

  @Test
  void shouldSayWhoLacksWhichRoleOnWhat() {
    Identity identity = identity("myACRTasksId");
    bind(owner, server, identity, "pull", "push");

    lease(runAs(identity).token(), server, PULL)
        .statusCode(403)
        .body("error.code", equalTo("NotGranted"))
        .body("error.missingRole", equalTo("AcrPull"))
        .body("error.principalId", equalTo(identity.principalId()))
        .body("error.scope", equalTo(REGISTRY))
        .body(
            "error.message",
            equalTo(
                "Identity 'myACRTasksId' (client id %s, principal id %s) has no right to pull from %s: it lacks role AcrPull on scope '%s'. Grant it: az role assignment create --assignee %s --role AcrPull --scope %s"
                    .formatted(
                        identity.clientId(),
                        identity.principalId(),
                        server,
                        REGISTRY,
                        identity.principalId(),
                        REGISTRY)));
  }

  @Test
  void shouldNameTheRoleThatIsEnoughForAPushAtOnce() {
    Identity identity = identity("nobody-yet");
    bind(owner, server, identity, "pull", "push");

    lease(runAs(identity).token(), server, PUSH)
        .statusCode(403)
        .body("error.missingRole", equalTo("AcrPush"));
  }

  @Test
  void shouldLendWhatOpensTheRegistryAndNothingMore() throws Exception {
    Identity pusher = identity("lender-pusher", "AcrPush");
    Identity puller = identity("lender-puller", "AcrPull");
    var registry = platform().registry();
    String blob = "layer";
    String digest = sha256(blob);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":5},\
        "layers":[]}\
        """
            .formatted(digest);

    // Given: an image pushed with a lease
    bind(owner, server, pusher, "pull", "push");
    String push = password(runAs(pusher), server, PUSH);
    String upload =
        registry
            .send("POST", "/v2/baseimages/node/blobs/uploads/", push, "")
            .headers()
            .firstValue("Location")
            .orElseThrow();
    assertThat(registry.send("PUT", upload + "&digest=" + digest, push, blob).statusCode())
        .isEqualTo(201);
    assertThat(registry.send("PUT", "/v2/baseimages/node/manifests/1", push, manifest).statusCode())
        .isEqualTo(201);

    // When: another borrows to pull
    UUID other = UUID.randomUUID();
    bind(other, server, puller, "pull", "push");
    String pull = password(run(other, source, puller.principalId()), server, PULL);

    // Then
    assertThat(payload(pull))
        .contains(
            "\"access\":[{\"type\":\"repository\",\"name\":\"baseimages/node\",\"actions\":[\"pull\"]}]");
    var pulled = registry.send("GET", "/v2/baseimages/node/manifests/1", pull, null);
    assertThat(pulled.statusCode()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(manifest);
    assertThat(registry.send("POST", "/v2/baseimages/node/blobs/uploads/", pull, "").statusCode())
        .isEqualTo(401);
    assertThat(
            registry
                .send("DELETE", "/v2/baseimages/node/manifests/" + digest, pull, null)
                .statusCode())
        .isEqualTo(401);
    assertThat(registry.send("GET", "/v2/other/manifests/1", pull, null).statusCode())
        .isEqualTo(401);
    assertThat(registry.send("GET", "/v2/_catalog", pull, null).statusCode()).isEqualTo(401);
    assertThat(registry.send("GET", "/v2/", "", null).statusCode()).isEqualTo(401);
  }

  private static String sha256(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256:" + HexFormat.of().formatHex(hash);
  }

  @Test
  void rejectsAPushWithAcrPull() {
    Identity puller = identity("only-puller", "AcrPull");
    bind(owner, server, puller, "pull", "push");

    lease(runAs(puller).token(), server, PUSH)
        .statusCode(403)
        .body("error.code", equalTo("NotGranted"))
        .body("error.missingRole", equalTo("AcrPush"))
        .body("error.scope", equalTo(REGISTRY))
        .body("error.message", containsString("has no right to push to"));
  }

  @Test
  void shouldCutToTheBinding() {
    Identity pusher = identity("bound-pusher", "AcrPush");
    bind(owner, server, pusher, "pull");

    lease(runAs(pusher).token(), server, PUSH)
        .statusCode(200)
        .body("granted", equalTo(List.of(PULL)))
        .body("loginServer", equalTo(server))
        .body("expiresAt", matchesPattern("20.*Z"));
    lease(runAs(pusher).token(), server, "repository:a:push")
        .statusCode(403)
        .body("error.message", containsString("is only for pull"));
  }

  @Test
  void shouldTryTheLogInWithoutScopes() {
    Identity puller = identity("tries", "AcrPull");
    bind(owner, server, puller, "pull");

    String token = password(runAs(puller), server);
    assertThat(payload(token)).contains("\"access\":[]");
  }

  /** Rights are read anew several times a second, not for each lease. */
  @Test
  void shouldForgetARightAMomentLater() {
    Identity identity = identity("fired");
    String assignment = assign(identity, "AcrPull");
    bind(owner, server, identity, "pull");
    Run run = runAs(identity);
    lease(run.token(), server, PULL).statusCode(200);

    Doors.remove(assignment);

    refusedLease(run.token(), server, PULL);
  }

  /** One exchange for minutes; but each lease is asked about, and each token decided anew. */
  @Test
  void shouldExchangeOncePerIdentityAndRegistry() {
    Identity identity = identity("exchanged", "AcrPull");
    bind(owner, server, identity, "pull");
    lease(runAs(identity).token(), server, PULL).statusCode(200);
    int grants = platform().leases().grants();
    int asked = platform().leases().tokens();

    Run other = runAs(identity);
    String token = password(other, server, PULL);
    String narrower = password(other, server);

    assertThat(platform().leases().grants()).isEqualTo(grants);
    assertThat(platform().leases().tokens()).isEqualTo(asked + 2);
    assertThat(payload(token))
        .contains("\"actions\":[\"pull\"]")
        .contains("\"run_uid\":\"" + other.uid() + "\"");
    assertThat(payload(narrower)).contains("\"access\":[]");
  }

  @Test
  void rejectsAnIdentityThatWasTakenFromTheTaskThoughItsExchangeIsKnown() {
    Identity identity = identity("taken-away", "AcrPull");
    bind(owner, server, identity, "pull");
    Run run = runAs(identity);
    lease(run.token(), server, PULL).statusCode(200);

    platform().leases().hold(run.token(), Doors.lease(run.uid(), 1, owner, source));

    lease(run.token(), server, PULL)
        .statusCode(403)
        .body("error.code", equalTo("NotGranted"))
        .body("error.principalId", equalTo(identity.principalId()));
  }

  @Test
  void rejectsAnIdentityThatWasDeletedThoughItsExchangeIsKnown() {
    Identity identity = identity("deleted", "AcrPull");
    bind(owner, server, identity, "pull");
    Run run = runAs(identity);
    lease(run.token(), server, PULL).statusCode(200);

    Doors.delete(identity);

    refusedLease(run.token(), server, PULL)
        .body("error.code", equalTo("NotGranted"))
        .body("error.principalId", equalTo(identity.principalId()));
  }

  @Test
  void shouldAskAboutManyTokensTogether() throws Exception {
    bind(owner, "many.example", "user", "password");
    Run run = run(owner, source);
    int checks = platform().leases().checks();
    int asked = platform().leases().tokens();
    platform().leases().delay(300);
    try (ExecutorService agents = Executors.newFixedThreadPool(20)) {
      List<Future<?>> all = new ArrayList<>();
      for (int agent = 0; agent < 20; agent++) {
        all.add(agents.submit(() -> lease(run.token(), "many.example", PULL).statusCode(200)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      platform().leases().delay(0);
    }

    assertThat(platform().leases().tokens()).isEqualTo(asked + 20);
    assertThat(platform().leases().checks()).isLessThan(checks + 20);
  }

  @Test
  void shouldFallBackToTheRegistrysOwnBinding() {
    Identity own = identity("own-registry", "AcrPush");
    bind(source, server, own, "pull", "push");

    lease(runAs(own).token(), server, PUSH).statusCode(200).body("granted", equalTo(List.of(PUSH)));
    lease(runAs(own).token(), "127.0.0.1:1", PULL)
        .statusCode(404)
        .body("error.code", equalTo("NoCredential"));
  }

  @Test
  void rejectsTheCredentialOfAnotherTask() {
    Identity mine = identity("task-a", "AcrPull");
    Identity others = identity("task-b", "AcrPull");
    UUID ownerB = UUID.randomUUID();
    bind(ownerB, server, others, "pull");
    Run runOfA = runAs(mine);

    // A01: nothing is bound for A
    lease(runOfA.token(), server, PULL).statusCode(404);
    // even if B's identity were bound for A, A's run may not act as it
    bind(owner, server, others, "pull");
    lease(runOfA.token(), server, PULL)
        .statusCode(403)
        .body("error.code", equalTo("NotGranted"))
        .body("error.principalId", equalTo(others.principalId()));
  }

  @Test
  void rejectsWhoDoesNotHoldTheRun() {
    Identity identity = identity("fenced", "AcrPull");
    bind(owner, server, identity, "pull");
    Run run = runAs(identity);
    lease(run.token(), server, PULL).statusCode(200);
    int asked = platform().leases().tokens();

    // another attempt holds the run: the first one's token opens nothing, though all else is known
    platform().leases().release(run.token());
    String second = Doors.runToken();
    platform()
        .leases()
        .hold(second, Doors.lease(run.uid(), 2, owner, source, identity.principalId()));
    lease(run.token(), server, PULL).statusCode(403).body("error.code", equalTo("LeaseNotActive"));
    Doors.with(run.token()).get("/secrets").then().statusCode(403);
    vaultToken(run.token()).statusCode(403).body("error.code", equalTo("LeaseNotActive"));
    lease(second, server, PULL).statusCode(200);
    Doors.with(second).get("/secrets").then().statusCode(200);
    // it was released
    platform().leases().release(second);
    lease(second, server, PULL).statusCode(403).body("error.code", equalTo("LeaseNotActive"));
    // and a token that nobody ever held
    lease(Doors.runToken(), server, PULL)
        .statusCode(403)
        .body("error.code", equalTo("LeaseNotActive"));

    assertThat(platform().leases().tokens()).isEqualTo(asked + 7);
  }

  private static ValidatableResponse vaultToken(String runToken) {
    return Doors.with(runToken)
        .body(Map.of("vault", "https://allowed.vault.test"))
        .post("/vault-tokens")
        .then();
  }

  @Test
  void shouldLendUserNameAndPassword() {
    bind(owner, "Registry.Example:5000", "user", "correct horse");

    lease(run(owner, source).token(), "registry.example:5000", PULL)
        .statusCode(200)
        .body("username", equalTo("user"))
        .body("password", equalTo("correct horse"))
        .body("granted", hasItem(PULL));
  }

  @Test
  void shouldLendTheAddressesOfAKeyVaultAndSayWhichTheyAre() {
    Doors.put(
            owner,
            Map.of(
                "v.example",
                Map.of(
                    "userName", Map.of("value", "someone", "type", "Opaque"),
                    "password", Map.of("value", "https://v.x/secrets/p", "type", "Vaultsecret"))))
        .statusCode(204);

    lease(run(owner, source).token(), "v.example", PULL)
        .statusCode(200)
        .body("username", equalTo("someone"))
        .body("password", equalTo("https://v.x/secrets/p"))
        .body("vault.username", equalTo(false))
        .body("vault.password", equalTo(true));
  }

  @Test
  void rejectsTricksInScopesAndServers() {
    Identity pusher = identity("tricks", "AcrPush");
    bind(owner, server, pusher, "pull", "push");
    String token = runAs(pusher).token();
    var bad = List.of("repository:*:push", "repository:../x:pull", "registry:*:*", "x", "");
    for (var scope : bad) {
      lease(token, server, scope).statusCode(400).body("error.code", equalTo("InvalidScope"));
    }
    var odd = List.of("", "a/b", "https://a", "a@b", "a b", server + "/", server + "?x", "a:b:c");
    for (String text : odd) {
      lease(token, text, PULL).statusCode(400).body("error.code", equalTo("InvalidLoginServer"));
    }
    lease(token, server, PULL + ",", PULL).statusCode(400);
    lease(token, server, Collections.nCopies(51, PULL).toArray(String[]::new)).statusCode(400);
    Doors.with(token).body("[]").post("/leases").then().statusCode(400);
  }
}
