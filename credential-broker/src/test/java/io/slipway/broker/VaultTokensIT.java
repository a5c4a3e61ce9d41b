package io.slipway.broker;

import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors;
import io.slipway.broker.support.Doors.Identity;
import io.slipway.broker.support.Doors.Run;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tokens for key vaults: for what a task file names, or a credential of the run. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class VaultTokensIT {
  private static final String VAULT = "https://allowed.vault.test";

  private final UUID owner = UUID.randomUUID();

  @Test
  void shouldGiveTokensForWhatTheTaskFileNames() {
    Identity named = identity("vault-named");
    Identity other = identity("vault-other");
    Run run = run(owner, owner, named.principalId(), other.principalId());

    token(run, named.clientId()).statusCode(403).body("error.code", equalTo("NotGranted"));
    say(run, Map.of("vault", VAULT, "clientId", named.clientId())).statusCode(204);

    String token = token(run, named.clientId()).statusCode(200).extract().path("token");
    assertThat(Doors.payload(token)).contains(named.principalId());
    token(run, other.clientId())
        .statusCode(403)
        .body("error.message", containsString("names no such"));
    token(run, other.principalId()).statusCode(403);
    token(run, null).statusCode(403);
  }

  @Test
  void shouldGiveTokensForWhatACredentialNames() {
    Identity named = identity("vault-bound");
    Identity other = identity("vault-unbound");
    Run run = run(owner, owner, named.principalId(), other.principalId());
    bind(named, VAULT + "/secrets/p");

    String token = token(run, named.principalId()).statusCode(200).extract().path("token");
    assertThat(Doors.payload(token)).contains(named.principalId());
    token(run, other.principalId()).statusCode(403);
    token(run, null).statusCode(403);

    bind(named, VAULT + ".evil.test/secrets/p");
    token(run, named.principalId()).statusCode(403);
  }

  @Test
  void rejectsListsThatAreNone() {
    Run run = run(owner, owner);
    Doors.with(run.token()).body("null").post("/vault-reads").then().statusCode(400);
    Doors.with(run.token()).body("{\"reads\":[null]}").post("/vault-reads").then().statusCode(400);
    Doors.with(run.token())
        .body(Map.of("reads", Collections.nCopies(101, Map.of("vault", VAULT))))
        .post("/vault-reads")
        .then()
        .statusCode(400);
    platform().leases().release(run.token());
    say(run, Map.of("vault", VAULT)).statusCode(403).body("error.code", equalTo("LeaseNotActive"));
  }

  private void bind(Identity reader, String address) {
    Doors.put(
            owner,
            Map.of(
                "v.example",
                Map.of(
                    "identity",
                    Map.of("principalId", reader.principalId(), "clientId", reader.clientId()),
                    "userName",
                    Map.of("value", "someone", "type", "Opaque"),
                    "password",
                    Map.of("value", address, "type", "Vaultsecret"))))
        .statusCode(204);
  }

  private static ValidatableResponse say(Run run, Map<String, String> read) {
    return Doors.with(run.token()).body(Map.of("reads", List.of(read))).post("/vault-reads").then();
  }

  private static ValidatableResponse token(Run run, String clientId) {
    return Doors.with(run.token())
        .body(
            clientId == null
                ? Map.of("vault", VAULT)
                : Map.of("vault", VAULT, "clientId", clientId))
        .post("/vault-tokens")
        .then();
  }
}
