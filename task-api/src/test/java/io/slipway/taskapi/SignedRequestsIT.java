package io.slipway.taskapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.Topics;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.Tokens;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests on Kafka count as their senders' calls do, with the real identity-service. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class SignedRequestsIT {
  private static final String CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
  private static final String SOMEBODY = "slipway-registry";
  private static final String HEADER = "header slipway-assertion: ";

  @Inject MeterRegistry meters;

  private final Bus bus = new Bus();

  @AfterEach
  void stop() {
    bus.close();
  }

  /** An event, and what it asks for. */
  private record Event(Map<String, String> headers, byte[] data) {
    static Event of(String id, String registry) {
      Map<String, String> headers = new HashMap<>();
      headers.put("ce_specversion", "1.0");
      headers.put("ce_id", id);
      headers.put("ce_source", "/ci");
      headers.put("ce_type", "io.slipway.run.requested.v1");
      headers.put("ce_time", "2026-01-01T00:00:00Z");
      String data = "{\"registry\":\"%s\",\"task\":\"hello\",\"values\":{}}".formatted(registry);
      return new Event(headers, data.getBytes(UTF_8));
    }

    Event vouchedBy(String client) {
      Tokens.vouch(client, "k", headers, data);
      return this;
    }

    Event with(String assertion) {
      headers.put(RequestDigest.ASSERTION, assertion);
      return this;
    }
  }

  private void send(Event event) {
    bus.publishRaw(Topics.RUN_REQUESTS, "k", event.headers(), event.data());
  }

  @Test
  void shouldPutAsideWhatNobodyIsKnownToHaveSent() {
    Fixture.of("unsigned");
    String assertion =
        Event.of("mine", "unsigned")
            .vouchedBy("slipway-administrator")
            .headers()
            .get(RequestDigest.ASSERTION);
    Event changed = Event.of("mine", "Unsigned").with(assertion);

    send(Event.of("none", "unsigned"));
    send(Event.of("another", "unsigned").with(assertion));
    send(changed);
    send(Event.of("forged", "unsigned").with(assertion.substring(0, assertion.length() - 8)));
    send(
        Event.of("bearer", "unsigned")
            .with(Tokens.service("slipway-registry", "slipway-identity-service")));

    List<Bus.Seen> dead =
        bus.await(
            Topics.dead(Topics.RUN_REQUESTS),
            5,
            one -> one.text().toLowerCase().contains("unsigned"));
    assertThat(dead)
        .extracting(one -> one.headers().get("ce_id") + " " + one.headers().get("dead-reason"))
        .containsExactlyInAnyOrder(
            "none "
                + HEADER
                + "it is missing, so nobody is known to ask: get one at"
                + " /oauth2/run-requests, or send with ./slipway request",
            "another " + HEADER + "it is of another event",
            "mine " + HEADER + "it is of another event",
            "forged " + HEADER + "not a valid token",
            "bearer " + HEADER + "it is a token for something else");
    assertThat(dead)
        .allSatisfy(one -> assertThat(one.headers()).doesNotContainKey(RequestDigest.ASSERTION));
    assertThat(runs("unsigned")).isEqualTo("0");
  }

  @Test
  void shouldAskForTheSameRightAsTheCall() {
    Fixture fixture = Fixture.of("rights");
    double before = rejected();

    send(Event.of("before", "rights").vouchedBy(SOMEBODY));

    Bus.Seen refused =
        bus.await(Topics.RUN_EVENTS, 1, one -> isRejection(one, "before")).getFirst();
    assertThat(refused.json().path("code").asText()).isEqualTo("AuthorizationFailed");
    assertThat(refused.text())
        .contains("registries/scheduleRun/action", "'registries/rights'")
        .doesNotContain(fixture.id());
    assertThat(rejected()).isEqualTo(before + 1);
    assertThat(runs("rights")).isEqualTo("0");

    assign(fixture.id());
    Eventually.equal(
        404,
        () ->
            Api.with(Tokens.arm(SOMEBODY)).get(fixture.run("zz0")).status()); // the right is known
    send(Event.of("after", "rights").vouchedBy(SOMEBODY));
    Eventually.equal("1", () -> runs("rights"));
  }

  /** So a key that cannot be looked up holds up nobody who could go on. */
  @Test
  void shouldAcceptNoRequestWhileNobodySaysWhoHasWhichRight() throws Exception {
    Fixture.of("paused");
    send(Event.of("known", "paused").vouchedBy("slipway-administrator"));
    Eventually.equal("1", () -> runs("paused"));
    Event known = Event.of("meanwhile", "paused").vouchedBy("slipway-administrator");
    String assertion = known.headers().get(RequestDigest.ASSERTION);
    String header =
        new JsonObject(
                new String(
                    Base64.getUrlDecoder().decode(assertion.substring(0, assertion.indexOf('.'))),
                    UTF_8))
            .put("kid", "nobody's")
            .encode();
    String unknown =
        Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8))
            + assertion.substring(assertion.indexOf('.'));

    try (AutoCloseable away = Platform.running().pausedIdentity()) {
      Thread.sleep(1_000); // what is remembered is not certain any more
      send(known);
      Thread.sleep(2_000);
      assertThat(runs("paused")).as("its key is known, its sender's right is not").isEqualTo("1");
      send(Event.of("of nobody", "paused").with(unknown));
    }

    Eventually.equal("2", () -> runs("paused"));
    assertThat(
            bus.await(
                Topics.dead(Topics.RUN_REQUESTS),
                1,
                one -> "of nobody".equals(one.headers().get("ce_id"))))
        .extracting(one -> one.headers().get("dead-reason"))
        .containsExactly(HEADER + "signed by an unknown key");
  }

  @Test
  void shouldNotTellWhoHasNoRightWhetherThereIsSuchARegistry() {
    Fixture.of("hidden");

    send(Event.of("there", "hidden").vouchedBy(SOMEBODY));
    send(Event.of("missing", "nothidden").vouchedBy(SOMEBODY));
    send(Event.of("missing, but told", "nothidden").vouchedBy("slipway-administrator"));

    assertThat(rejection("missing").path("code").asText()).isEqualTo("AuthorizationFailed");
    assertThat(rejection("missing").path("message").asText())
        .isEqualTo(rejection("there").path("message").asText().replace("/hidden'", "/nothidden'"));
    assertThat(rejection("missing, but told").path("code").asText()).isEqualTo("ResourceNotFound");
  }

  private JsonNode rejection(String id) {
    return bus.await(Topics.RUN_EVENTS, 1, one -> isRejection(one, id)).getFirst().json();
  }

  /** Else whoever guesses an id could keep somebody else's request from becoming a run. */
  @Test
  void shouldTellSendersApartWhoUseTheSameId() {
    Fixture fixture = Fixture.of("sameid");
    assign(fixture.id());
    Eventually.equal(404, () -> Api.with(Tokens.arm(SOMEBODY)).get(fixture.run("zz0")).status());
    Event mine = Event.of("build 7", "sameid").vouchedBy("slipway-administrator");

    send(Event.of("build 7", "sameid").vouchedBy(SOMEBODY));
    send(mine);
    send(mine); // whoever read it on the topic

    send(Event.of("last", "sameid").vouchedBy("slipway-administrator"));
    Eventually.equal("3", () -> runs("sameid"));
  }

  private static void assign(String scope) {
    String principal = Tokens.claims(Tokens.arm(SOMEBODY)).getString("oid");
    Api.Answer made =
        Api.administrator()
            .atIdentity()
            .put(
                scope + "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID(),
                "{'properties':{'roleDefinitionId':'"
                    + Api.SUB
                    + "/providers/Microsoft.Authorization/roleDefinitions/"
                    + CONTRIBUTOR
                    + "','principalId':'"
                    + principal
                    + "'}}");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
  }

  private double rejected() {
    return meters.counter("slipway.requests.rejected", "code", "AuthorizationFailed").count();
  }

  private static boolean isRejection(Bus.Seen seen, String id) {
    return seen.type().contains("run.rejected")
        && seen.json().path("requestId").asText().equals(id);
  }

  private static String runs(String registry) {
    return Ledger.query("select count(*) from run where registry = '" + registry + "'");
  }
}
