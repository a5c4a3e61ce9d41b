package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Installation;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.RegistryStandIn;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Who must not get in. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class SecurityIT {

  @Test
  void rejectsBadTokens() throws Exception {
    JsonObject good = Tokens.administratorClaims();
    PrivateKey trusted = Platform.running().registry().key().getPrivate();
    PublicKey trustedPublic = Platform.running().registry().key().getPublic();
    KeyPair other = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    String kid = RegistryStandIn.TEST_KEY_ID;
    long now = good.getLong("iat");
    assertThat(status(Tokens.signed(good, kid, trusted)))
        .as("so that the others are refused for what is bad about them")
        .isEqualTo(200);

    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("none", "");
    bad.put("garbage", "garbage");
    bad.put("another key", Tokens.signed(good, kid, other.getPrivate()));
    bad.put("unknown key id", Tokens.signed(good, "WHO:KNOWS", other.getPrivate()));
    bad.put(
        "expired", signed(good.copy().put("exp", now - 3_600).put("iat", now - 7_200), trusted));
    bad.put("without end", signed(without(good, "exp"), trusted));
    bad.put("not yet", signed(good.copy().put("nbf", now + 3_600), trusted));
    bad.put("another issuer", signed(good.copy().put("iss", "https://evil/adfs"), trusted));
    bad.put("without issuer", signed(without(good, "iss"), trusted));
    bad.put("another audience", signed(good.copy().put("aud", "https://other/"), trusted));
    bad.put(
        "for the exchange at registries",
        signed(good.copy().put("aud", "https://containerregistry.azure.net"), trusted));
    bad.put("a run's", signed(good.copy().put("aud", "slipway-run"), trusted));
    bad.put(
        "two audiences",
        signed(good.copy().put("aud", new JsonArray(List.of(Installation.ARM, "other"))), trusted));
    bad.put("without audience", signed(without(good, "aud"), trusted));
    bad.put("without principal", signed(without(good, "oid"), trusted));
    bad.put("no signature", unsigned(good));
    bad.put("symmetric with the public key", symmetric(good, kid, trustedPublic));
    bad.forEach((name, token) -> assertThat(status(token)).as(name).isEqualTo(401));
  }

  /**
   * ES256 is for what the platform shows to itself; the key of the other kind must not speak so.
   */
  @Test
  void rejectsAServiceTokenThatIsSignedLikeAzures() throws Exception {
    JsonObject good = Tokens.claims(Tokens.service("slipway-credential-broker"));
    PrivateKey trusted = Platform.running().registry().key().getPrivate();
    String checks = "/internal/leases/checks";
    String body = "{'tokens':['srt_unknown']}";

    assertThat(Api.service("slipway-credential-broker").post(checks, body).status()).isEqualTo(200);
    assertThat(Api.with(signed(good, trusted)).post(checks, body).status()).isEqualTo(401);
  }

  @Test
  void shouldSayHowToLogInAndNothingElse() {
    Api.Answer answer = Api.anonymous().get("/subscriptions");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.at("/error/code")).isEqualTo("AuthenticationFailed");
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer authorization_uri=\"https://localhost:8443/adfs/oauth2/authorize\"");
  }

  @Test
  void rejectsTheWrongKindOfTokenAtEachDoor() {
    String checks = "/internal/leases/checks";
    String body = "{'tokens':['srt_unknown']}";

    assertThat(Api.administrator().post(checks, body).status()).isEqualTo(403);
    assertThat(Api.service("slipway-run-agent").post(checks, body).status()).isEqualTo(403);
    assertThat(Api.service("slipway-registry").post(checks, body).status()).isEqualTo(403);
    assertThat(Api.anonymous().post(checks, body).status()).isEqualTo(401);
    assertThat(Api.service("slipway-credential-broker").post(checks, body).status()).isEqualTo(200);
    assertThat(
            Api.service("slipway-credential-broker")
                .post("/internal/agents/claims", "{'agent':'a','runs':[]}")
                .status())
        .isEqualTo(403);
    assertThat(
            Api.service("slipway-run-agent")
                .post("/internal/registry-events", "{'events':[]}")
                .status())
        .isEqualTo(403);
    assertThat(Api.service("slipway-run-agent").get("/subscriptions").status()).isEqualTo(403);
    for (String other : List.of("slipway-run-agent", "slipway-credential-broker")) {
      assertThat(
              Api.service(other).post("/internal/run-attempts/checks", "{'attempts':[]}").status())
          .isEqualTo(403);
    }
  }

  @Test
  void shouldTellARegistryWhichAttemptsGoOn() {
    Fixture fixture = Fixture.of("goingruns");
    RunRef run = fixture.schedule();
    assertThat(goesOn(run, 1)).as("nobody has it").isFalse();
    try (TestAgent agent = new TestAgent("agent-going")) {
      agent.claim(run.runUid(), 1);
      assertThat(goesOn(run, 1)).isTrue();
      assertThat(goesOn(run, 2)).isFalse();
      Ledger.change(
          "update run set lease_until = now() - interval '1 minute' where uid = '%s'"
              .formatted(run.runUid()));
      assertThat(goesOn(run, 1)).as("nobody else has it").isTrue();
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0);
      Eventually.holds(() -> assertThat(goesOn(run, 1)).isFalse());
    }
    assertThat(
            Api.service("slipway-registry")
                .post("/internal/run-attempts/checks", "{'attempts':[null]}")
                .status())
        .isEqualTo(400);
  }

  private static boolean goesOn(RunRef run, int attempt) {
    Api.Answer answer =
        Api.service("slipway-registry")
            .post(
                "/internal/run-attempts/checks",
                "{'attempts':[{'runUid':'%s','attempt':%d}]}".formatted(run.runUid(), attempt));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().at("/going/0").asBoolean();
  }

  @Test
  void rejectsAPrincipalWithoutARoleEverywhere() {
    Fixture fixture = Fixture.of("forbidden");
    RunRef run = fixture.schedule();
    Api nobody = Api.with(Tokens.arm("slipway-run-agent"));
    String id = fixture.id();
    String runs = fixture.run(run.runId());

    for (Api.Answer answer :
        List.of(
            nobody.get(id),
            nobody.put(id, "{'location':'local','sku':{'name':'Basic'}}"),
            nobody.patch(id, "{'tags':{}}"),
            nobody.delete(id),
            nobody.get(id + "/listUsages"),
            nobody.post(id + "/listCredentials", null),
            nobody.put(Api.REGISTRIES + "/another1", "{'location':'l','sku':{'name':'Basic'}}"),
            nobody.get(fixture.task("hello")),
            nobody.get(id + "/tasks"),
            nobody.put(fixture.task("hello"), Fixture.taskBody("")),
            nobody.patch(fixture.task("hello"), "{}"),
            nobody.post(fixture.task("hello") + "/listDetails", null),
            nobody.delete(fixture.task("hello")),
            nobody.post(
                id + "/scheduleRun",
                "{'type':'TaskRunRequest','taskId':'" + fixture.task("hello") + "'}"),
            nobody.get(id + "/runs"),
            nobody.get(runs),
            nobody.patch(runs, "{'isArchiveEnabled':true}"),
            nobody.post(runs + "/cancel", null),
            nobody.post(runs + "/listLogSasUrl", null),
            nobody.post(id + "/importImage", "{'source':{'registryUri':'h','sourceImage':'a:1'}}"),
            nobody.get(Api.GROUP),
            nobody.put(Api.SUB + "/resourceGroups/theirs", "{'location':'local'}"),
            nobody.delete(Api.GROUP),
            nobody.post(
                Api.SUB + "/providers/Microsoft.ContainerRegistry/checkNameAvailability",
                "{'name':'abcdef'}"))) {
      assertThat(answer.status()).as(answer.raw().uri() + " " + answer).isEqualTo(403);
      assertThat(answer.at("/error/code")).isEqualTo("AuthorizationFailed");
    }
    assertThat(nobody.get(id + "/runs/" + run.runId() + "/logStream").status()).isEqualTo(403);
    assertThat(fixture.status(run)).isEqualTo("Queued");
  }

  @Test
  void shouldNotTellWhetherThereIsWhatTheCallerMayNotRead() {
    Fixture.of("whethersource");
    Fixture target = Fixture.of("whethertarget");
    Api member = Api.with(Tokens.arm("slipway-registry"));
    String missing = Api.GROUP.replace("myGroup", "noSuchGroup");
    for (String list :
        List.of("/resources", "/providers/Microsoft.ContainerRegistry/registries?x=1")) {
      Api.Answer none = member.get(missing + list);
      assertThat(none.status()).as(none.toString()).isEqualTo(200);
      assertThat(none.json().path("value")).isEmpty();
      assertThat(Api.administrator().get(missing + list).status()).isEqualTo(404);
    }
    Api.Answer role =
        Api.administrator()
            .atIdentity()
            .put(
                target.id()
                    + "/providers/Microsoft.Authorization/roleAssignments/"
                    + UUID.randomUUID(),
                ("{'properties':{'roleDefinitionId':'%s/providers/Microsoft.Authorization/"
                        + "roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c',"
                        + "'principalId':'%s','principalType':'ServicePrincipal'}}")
                    .formatted(
                        Api.SUB, Tokens.claims(Tokens.arm("slipway-registry")).getString("oid")));
    assertThat(role.status()).as(role.toString()).isEqualTo(201);
    Eventually.holds(() -> assertThat(member.get(target.id()).status()).isEqualTo(200));
    for (String credentials : List.of("", ",'credentials':{'username':'u','password':'p'}")) {
      for (String source : List.of("whethersource", "whethernone")) {
        Api.Answer refused =
            member.post(
                target.id() + "/importImage",
                "{'source':{'resourceId':'%s/%s','sourceImage':'a:1'%s},'targetTags':['a:1']}"
                    .formatted(Api.REGISTRIES, source, credentials));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
      }
    }
  }

  @Test
  void shouldSayWhichLettersAGroupMayHave() {
    Api.Answer refused =
        Api.administrator()
            .put(Api.SUB + "/resourceGroups/gr%C3%B6%C3%9Fe", "{'location':'local'}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/message")).contains("größe", "letters a to z");
  }

  @Test
  void shouldShowInListsWhatTheCallerMayReadAlone() {
    Fixture.of("listed");
    Api nobody = Api.with(Tokens.arm("slipway-run-agent"));
    String all = Api.SUB + "/providers/Microsoft.ContainerRegistry/registries";

    assertThat(Api.administrator().get(all).text()).contains("listed");
    assertThat(nobody.get(all).json().path("value").size()).isZero();
    assertThat(nobody.get(Api.SUB + "/resources").json().path("value").size()).isZero();
    assertThat(nobody.get(Api.SUB + "/resourcegroups").json().path("value").size()).isZero();
  }

  @Test
  void shouldOpenALogByItsOwnLinkAlone() {
    Fixture fixture = Fixture.of("loglinks");
    RunRef run = fixture.schedule();
    RunRef other = fixture.schedule();
    for (RunRef each : List.of(run, other)) {
      fixture.api().post(fixture.run(each.runId()) + "/cancel", null);
    }
    String link =
        fixture
            .api()
            .post(fixture.run(run.runId()) + "/listLogSasUrl", null)
            .at("/logLink")
            .substring("https://localhost:8443".length());
    Api anyone = Api.anonymous();

    assertThat(anyone.get(link).status()).isEqualTo(200);
    assertThat(anyone.get(link.substring(0, link.indexOf('?'))).status()).isEqualTo(403);
    assertThat(anyone.get(link.replace(run.runId(), other.runId())).status()).isEqualTo(403);
    assertThat(anyone.get(link.replaceFirst("se=[0-9]+", "se=99999999999")).status())
        .isEqualTo(403);
    assertThat(anyone.get(link.replaceFirst("se=[0-9]+", "se=1")).status()).isEqualTo(403);
    assertThat(anyone.get(link.substring(0, link.length() - 1)).status()).isEqualTo(403);
    assertThat(anyone.head(link + "A").status()).isEqualTo(403);
    assertThat(anyone.get(link.replaceFirst("si=[^&]*", "si=" + other.runUid())).status())
        .isEqualTo(403);
    assertThat(anyone.get(link.replaceFirst("si=[^&]*&", "")).status()).isEqualTo(403);
  }

  /** Numbers of runs begin anew with the registry. */
  @Test
  void shouldNotOpenTheLogOfARunThatHasTheIdOfAnother() {
    Fixture fixture = Fixture.of("sameloglinks");
    RunRef run = canceled(fixture);
    String link =
        fixture
            .api()
            .post(fixture.run(run.runId()) + "/listLogSasUrl", null)
            .at("/logLink")
            .substring("https://localhost:8443".length());
    assertThat(Api.anonymous().get(link).status()).isEqualTo(200);

    assertThat(fixture.api().delete(fixture.id()).status()).isEqualTo(200);
    Eventually.holds(() -> Fixture.of("sameloglinks"));
    assertThat(canceled(fixture).runId()).isEqualTo(run.runId());

    assertThat(Api.anonymous().get(link).status()).isEqualTo(404);
  }

  private static RunRef canceled(Fixture fixture) {
    RunRef run = fixture.schedule();
    fixture.api().post(fixture.run(run.runId()) + "/cancel", null);
    return run;
  }

  @Test
  void rejectsGivingAwayAnIdentityThatIsNotTheCallersToGive() {
    Fixture fixture = Fixture.of("assigning");
    Api administrator = Api.administrator();
    Api member = Api.with(Tokens.arm("slipway-registry"));
    String identity =
        Api.GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/powerful";
    assertThat(administrator.atIdentity().put(identity, "{'location':'local'}").status())
        .isIn(200, 201);
    String principal = Tokens.claims(Tokens.arm("slipway-registry")).getString("oid");
    Api.Answer role =
        administrator
            .atIdentity()
            .put(
                fixture.id()
                    + "/providers/Microsoft.Authorization/roleAssignments/"
                    + UUID.randomUUID(),
                ("{'properties':{'roleDefinitionId':'%s/providers/Microsoft.Authorization/"
                        + "roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c',"
                        + "'principalId':'%s','principalType':'ServicePrincipal'}}")
                    .formatted(Api.SUB, principal));
    assertThat(role.status()).as(role.toString()).isEqualTo(201);

    String body =
        Fixture.taskBody(
            "'identity':{'type':'UserAssigned','userAssignedIdentities':{'" + identity + "':{}}},");
    Api.Answer refused = member.put(fixture.task("grabbing"), body);

    assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
    assertThat(refused.text()).contains("userAssignedIdentities/assign/action", "powerful");
    assertThat(member.put(fixture.task("grabbing"), Fixture.taskBody("")).status()).isEqualTo(200);
    assertThat(administrator.put(fixture.task("grabbing"), body).status()).isEqualTo(200);
  }

  private static int status(String token) {
    return Api.with(token).get("/subscriptions").status();
  }

  private static String signed(JsonObject claims, PrivateKey key) throws Exception {
    return Tokens.signed(claims, RegistryStandIn.TEST_KEY_ID, key);
  }

  private static JsonObject without(JsonObject claims, String name) {
    JsonObject copy = claims.copy();
    copy.remove(name);
    return copy;
  }

  private static String unsigned(JsonObject claims) {
    return Tokens.part(new JsonObject().put("alg", "none")) + "." + Tokens.part(claims) + ".";
  }

  private static String symmetric(JsonObject claims, String kid, PublicKey key) throws Exception {
    String head =
        Tokens.part(new JsonObject().put("alg", "HS256").put("kid", kid))
            + "."
            + Tokens.part(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
    return head
        + "."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(mac.doFinal(head.getBytes(StandardCharsets.UTF_8)));
  }
}
