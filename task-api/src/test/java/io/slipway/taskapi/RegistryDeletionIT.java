package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.Tokens;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Registries and groups that go, and registries whose creation is refused. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class RegistryDeletionIT {
  private static final String CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

  private final Api api = Api.administrator();

  @Test
  void shouldDeleteARegistryAtOnceAndFreeItsName() {
    Fixture fixture = Fixture.of("deletedsoon");
    RunRef waiting = fixture.schedule();
    String uid = Ledger.query("select uid from registry where name = 'deletedsoon'");

    assertThat(api.delete(fixture.id()).status()).isEqualTo(200);

    assertThat(api.get(fixture.id()).status()).isEqualTo(404);
    assertThat(api.get(fixture.run(waiting.runId())).status()).isEqualTo(404);
    assertThat(api.delete(fixture.id()).status()).isEqualTo(204);
    Fixture again = Fixture.of("deletedsoon");
    assertThat(api.get(again.id() + "/runs").json().path("value")).isEmpty();
    Eventually.equal(
        "0", () -> Ledger.query("select count(*) from registry where uid='" + uid + "'"));
    assertThat(Ledger.query("select count(*) from run where uid = '" + waiting.runUid() + "'"))
        .isEqualTo("0");
    assertThat(Platform.running().registry().open()).containsKey("deletedsoon");
  }

  @Test
  void shouldRefuseARegistryInAGroupThatIsBeingDeleted() throws Exception {
    String group = Api.SUB + "/resourceGroups/goingaway";
    String registry = group + "/providers/Microsoft.ContainerRegistry/registries/toolateinit";
    assertThat(api.put(group, "{'location':'local'}").status()).isEqualTo(201);
    CompletableFuture<Api.Answer> made;
    try (var deletion = Ledger.connect();
        var statement = deletion.createStatement()) {
      deletion.setAutoCommit(false);
      statement.execute("delete from resource_group where name_key = 'goingaway'");
      made =
          CompletableFuture.supplyAsync(
              () -> api.put(registry, "{'location':'local','sku':{'name':'Basic'}}"));
      Eventually.equal(
          "1",
          () ->
              Ledger.query(
                  "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                      + " and datname = current_database()"));
      deletion.commit();
    }

    Api.Answer refused = made.get(30, TimeUnit.SECONDS);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
    assertThat(refused.text()).contains("goingaway");
  }

  @Test
  void shouldLetWhoDeletesAGroupFollowItWithoutRightsElsewhere() {
    String group = Api.SUB + "/resourceGroups/ownedgroup";
    assertThat(api.put(group, "{'location':'local'}").status()).isEqualTo(201);
    String principal = Tokens.claims(Tokens.arm("slipway-registry")).getString("oid");
    Api.Answer role =
        api.atIdentity()
            .put(
                group + "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID(),
                ("{'properties':{'roleDefinitionId':'%s/providers/Microsoft.Authorization/"
                        + "roleDefinitions/%s','principalId':'%s',"
                        + "'principalType':'ServicePrincipal'}}")
                    .formatted(Api.SUB, CONTRIBUTOR, principal));
    assertThat(role.status()).as(role.toString()).isEqualTo(201);
    Api member = Api.with(Tokens.arm("slipway-registry"));

    Api.Answer deleted = member.delete(group);

    assertThat(deleted.status()).as(deleted.toString()).isEqualTo(202);
    String location = deleted.header("Location").substring("https://localhost:8443".length());
    Eventually.equal(200, () -> member.get(location).status());
    assertThat(Api.with(Tokens.arm("slipway-run-agent")).get(location).status()).isEqualTo(403);
  }

  @Test
  void shouldLeaveNothingOfARegistryThatIsDeletedWhileItIsMade() {
    String id = Api.REGISTRIES + "/deletedhalfway";
    api.put(Api.GROUP, "{'location':'local'}");
    AtomicBoolean deleted = new AtomicBoolean();
    Platform.running()
        .registry()
        .whileOpening(() -> deleted.compareAndSet(false, api.delete(id).status() == 200));
    try {
      Api.Answer made = api.put(id, "{'location':'local','sku':{'name':'Basic'}}");
      assertThat(made.status()).as(made.toString()).isEqualTo(409);
    } finally {
      Platform.running().registry().whileOpening(() -> {});
    }

    assertThat(deleted).isTrue();
    Eventually.holds(() -> {
      assertThat(Platform.running().registry().open()).doesNotContainKey("deletedhalfway");
      assertThat(
              api.atIdentity()
                  .get("/v1.0/servicePrincipals?$filter=displayName%20eq%20'deletedhalfway'")
                  .json()
                  .path("value"))
          .isEmpty();
    });
    assertThat(api.put(id, "{'location':'local','sku':{'name':'Basic'}}").status()).isEqualTo(201);
    assertThat(api.get(id).at("/properties/provisioningState")).isEqualTo("Succeeded");
  }

  @Test
  void shouldEndARefusedCreationAsFailedWhileOthersAreCompleted() {
    String refused = Api.REGISTRIES + "/refusedname";
    String other = Api.REGISTRIES + "/waitingname";
    String body = "{'location':'local','sku':{'name':'Basic'}}";
    api.put(Api.GROUP, "{'location':'local'}");
    Platform.running().registry().broken(true);
    assertThat(api.put(refused, body).status()).isEqualTo(201);
    assertThat(api.put(other, body).status()).isEqualTo(201);
    Platform.running().registry().refuse("refusedname");
    Platform.running().registry().broken(false);

    Eventually.equal("Succeeded", () -> api.get(other).at("/properties/provisioningState"));
    Eventually.equal("Failed", () -> api.get(refused).at("/properties/provisioningState"));

    Platform.running().registry().refuse(null);
    assertThat(api.put(refused, body).status()).isEqualTo(200);
    Eventually.equal("Succeeded", () -> api.get(refused).at("/properties/provisioningState"));
  }
}
