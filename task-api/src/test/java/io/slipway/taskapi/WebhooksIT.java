package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.Receiver;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import io.slipway.taskapi.webhook.DeliverWebhooks;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receivers are told of pushes and deletions, each its own, however they behave. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class WebhooksIT {
  private static final String HEADER = "hook-Header-Secret-1";
  private static final String OVERRUN =
      "webhook_uid = (select uid from webhook where name = 'overrun')";
  private static final String DIGEST = "sha256:" + "1".repeat(64);

  @Inject DeliverWebhooks deliverWebhooks;

  private Receiver receiver;

  @BeforeEach
  void open() {
    receiver = new Receiver();
    Eventually.equal(
        "1", () -> Ledger.query("select count(*) from leader where until > clock_timestamp()"));
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private static String hook(Fixture fixture, String name) {
    return fixture.id() + "/webhooks/" + name;
  }

  /** A webhook with a secret header, at this path of the receiver. */
  private Api.Answer make(Fixture fixture, String name, String path, String more) {
    return fixture
        .api()
        .put(
            hook(fixture, name),
            "{'location':'local','properties':{'serviceUri':'%s','actions':['push','delete'],'customHeaders':{'Authorization':'%s'}%s}}"
                .formatted(receiver.address(path), HEADER, more));
  }

  private static String server(Fixture fixture) {
    return Ledger.query(
        "select login_server from registry where lower(name) = lower('%s')"
            .formatted(fixture.id().substring(fixture.id().lastIndexOf('/') + 1)));
  }

  /** The registry tells of it, as it may: twice. */
  private static void happened(Fixture fixture, String action, String repository, String tag) {
    String event =
        "{'events':[{'id':'%s','registry':'%s','action':'%s','repository':'%s'%s,'digest':'%s','mediaType':'m','size':5,'time':'%s'}]}"
            .formatted(
                UUID.randomUUID(),
                server(fixture),
                action,
                repository,
                tag == null ? "" : ",'tag':'" + tag + "'",
                DIGEST,
                Instant.now());
    Api service = Api.service("slipway-registry");
    assertThat(service.post("/internal/registry-events", event).status()).isEqualTo(204);
    assertThat(service.post("/internal/registry-events", event).status()).isEqualTo(204);
  }

  private static JsonNode events(Fixture fixture, String name) {
    Api.Answer answer = fixture.api().post(hook(fixture, name) + "/listEvents", null);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().path("value");
  }

  private void sweep() {
    deliverWebhooks.sweep().await().atMost(Duration.ofSeconds(30));
  }

  private static String state(Fixture fixture, String name) {
    return events(fixture, name).at("/0/state").asText();
  }

  @Test
  void shouldPostWhatHappensToItsImagesSignedAndOnce() throws Exception {
    Fixture fixture = Fixture.of("hooked");
    Api.Answer made = make(fixture, "images", "/in?key=in-Path-Secret", ",'scope':'app:*'");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(make(fixture, "images", "/in?key=in-Path-Secret", ",'scope':'app:*'").status())
        .isEqualTo(200);
    JsonNode shown = fixture.api().get(hook(fixture, "IMAGES")).json();
    assertThat(shown.at("/properties/status").asText()).isEqualTo("enabled");
    assertThat(shown.at("/properties/actions").toString()).isEqualTo("[\"push\",\"delete\"]");
    assertThat(shown.path("properties").has("serviceUri")).isFalse();
    assertThat(made.text() + shown).doesNotContain(HEADER, "in-Path-Secret", "whsec_");
    JsonNode config = fixture.api().post(hook(fixture, "images") + "/getCallbackConfig", "").json();
    assertThat(config.path("serviceUri").asText()).endsWith("/in?key=in-Path-Secret");
    assertThat(config.at("/customHeaders/Authorization").asText()).isEqualTo(HEADER);

    happened(fixture, "push", "app", "v1");
    happened(fixture, "push", "other", "v1");
    happened(fixture, "delete", "app", "v1"); // a tag alone
    happened(fixture, "delete", "app", null);
    sweep();
    Eventually.holds(() -> assertThat(receiver.posts("/in")).hasSize(2));
    Eventually.equal("Delivered", () -> state(fixture, "images"));
    sweep();

    List<Receiver.Post> posts = receiver.posts("/in");
    assertThat(posts).hasSize(2);
    Receiver.Post push =
        posts.stream().filter(post -> post.body().contains("\"push\"")).findFirst().orElseThrow();
    JsonNode body = Api.JSON.readTree(push.body());
    assertThat(body.path("id").asText()).isEqualTo(push.id());
    assertThat(body.path("target").toString())
        .isEqualTo(
            "{\"mediaType\":\"m\",\"size\":5,\"digest\":\"%s\",\"length\":5,\"repository\":\"app\",\"tag\":\"v1\"}"
                .formatted(DIGEST));
    assertThat(body.at("/request/host").asText()).isEqualTo(server(fixture));
    Mac mac = Mac.getInstance("HmacSHA256");
    String secret = config.path("signingSecret").asText().substring("whsec_".length());
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
    String signed = push.id() + "." + push.timestamp() + "." + push.body();
    byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    assertThat(push.signature()).isEqualTo("v1," + Base64.getEncoder().encodeToString(signature));

    JsonNode events = events(fixture, "images");
    assertThat(events).hasSize(2);
    assertThat(events.at("/0/eventResponseMessage/statusCode").asText()).isEqualTo("200");
    assertThat(events.at("/0/eventRequestMessage/content/target/repository").asText())
        .isEqualTo("app");
    assertThat(events.at("/0/eventRequestMessage/headers/Authorization").asText()).isEqualTo("***");
    assertThat(events.toString()).doesNotContain(HEADER, "in-Path-Secret");
    assertThat(Ledger.everything(Platform.running().database()).toString())
        .doesNotContain(HEADER, "in-Path-Secret", secret);

    assertThat(fixture.api().delete(hook(fixture, "images")).status()).isEqualTo(200);
    assertThat(fixture.api().delete(hook(fixture, "images")).status()).isEqualTo(204);
    assertThat(Ledger.query("select count(*) from webhook where name = 'images'")).isEqualTo("0");
  }

  @Test
  void shouldTryAgainUnderTheSameIdUntilTheReceiverIsBack() {
    Fixture fixture = Fixture.of("retried");
    make(fixture, "retried", "/away", "");
    receiver.status = 503;
    happened(fixture, "push", "app", "v1");
    sweep();
    Eventually.equal("1", () -> events(fixture, "retried").at("/0/attempts").asText());
    JsonNode event = events(fixture, "retried").path(0);
    assertThat(event.path("state").asText()).isEqualTo("Waiting");
    assertThat(event.path("nextAttempt").asText()).isGreaterThan(Instant.now().toString());
    assertThat(event.path("problem").asText()).isEqualTo("The receiver answered 503.");
    assertThat(fixture.api().get(hook(fixture, "retried")).at("/properties/lastProblem"))
        .isEqualTo("The receiver answered 503.");

    receiver.status = 200;
    sweep(); // it rests
    assertThat(receiver.posts("/away")).hasSize(1);
    Ledger.change("update webhook set rests_until = null");
    Ledger.change("update webhook_delivery set due_at = now() where due_at is not null");
    sweep();
    Eventually.equal("Delivered", () -> state(fixture, "retried"));
    assertThat(receiver.posts("/away")).hasSize(2);
    assertThat(receiver.posts("/away").getLast().id())
        .isEqualTo(receiver.posts("/away").getFirst().id());
    assertThat(fixture.api().get(hook(fixture, "retried")).at("/properties/lastProblem")).isEmpty();

    String id = events(fixture, "retried").at("/0/id").asText();
    String replay = hook(fixture, "retried") + "/events/" + id + "/replay";
    assertThat(fixture.api().post(replay, null).status()).isEqualTo(202);
    sweep();
    Eventually.holds(() -> assertThat(receiver.posts("/away")).hasSize(3));
    assertThat(receiver.posts("/away").getLast().id()).isEqualTo(id);
    assertThat(fixture.api().post(replay.replace(id, UUID.randomUUID().toString()), null).status())
        .isEqualTo(404);
  }

  @Test
  void shouldGiveUpWhatNeverWorksAndHoldUpNobodyForWhoIsSlow() {
    Fixture fixture = Fixture.of("slowly");
    fixture
        .api()
        .put(
            hook(fixture, "forged"),
            "{'location':'local','properties':{'serviceUri':'http://127.0.0.1:9/','actions':['push']}}");
    make(fixture, "slowly", "/slow", "");
    make(fixture, "quick", "/quick", "");
    for (int i = 0; i < 6; i++) {
      happened(fixture, "push", "app", "v" + i);
    }
    sweep();
    Eventually.holds(() -> assertThat(receiver.posts("/quick")).hasSizeGreaterThan(3));
    sweep();
    Eventually.holds(() -> assertThat(receiver.posts("/quick")).hasSize(6));
    assertThat(receiver.posts("/slow")).hasSizeBetween(1, 4);

    Eventually.equal(
        "1",
        () ->
            Ledger.query(
                "select least(count(*), 1) from webhook_delivery join webhook on webhook.uid = webhook_uid"
                    + " where name = 'forged' and state = 'Dead'"
                    + " and webhook_delivery.problem like '%closed to users%'"));
    assertThat(
            fixture
                .api()
                .patch(hook(fixture, "quick"), "{'properties':{'status':'disabled'}}")
                .at("/properties/status"))
        .isEqualTo("disabled");
    happened(fixture, "push", "app", "late");
    assertThat(fixture.api().post(hook(fixture, "quick") + "/ping", null).status()).isEqualTo(409);
    assertThat(events(fixture, "quick")).hasSize(6);
  }

  @Test
  void shouldTellOfRunsAsCdEvents() throws Exception {
    Fixture fixture = Fixture.of("ranhooks");
    make(fixture, "runs1", "/runs", "");
    String actions =
        "{'properties':{'actions':['run_queued','run_started','run_completed','image_published']}}";
    assertThat(fixture.api().patch(hook(fixture, "runs1"), actions).status()).isEqualTo(200);
    RunRef run = fixture.schedule();
    try (TestAgent agent = new TestAgent("agent-hooked")) {
      agent.claim(run.runUid(), 1);
      ImageRef image = new ImageRef("r.example:1", "app", "v1", DIGEST);
      agent.completed(run, RunOutcome.SUCCEEDED, null, 0, List.of(image), List.of());
      Eventually.equal("Succeeded", () -> fixture.status(run));
    }
    RunRef canceled = fixture.schedule();
    fixture.api().post(fixture.run(canceled.runId()) + "/cancel", "");
    Eventually.equal("Canceled", () -> fixture.status(canceled));
    Eventually.holds(() -> {
      sweep();
      assertThat(receiver.posts("/runs"))
          .extracting(post -> type(post) + " " + outcome(post))
          .containsExactlyInAnyOrder(
              "dev.cdevents.pipelinerun.queued.0.1.1 ",
              "dev.cdevents.pipelinerun.finished.0.1.1 success",
              "dev.cdevents.artifact.published.0.1.1 ",
              "dev.cdevents.pipelinerun.queued.0.1.1 ",
              "dev.cdevents.pipelinerun.finished.0.1.1 error");
    });
  }

  private static String type(Receiver.Post post) {
    return json(post).at("/context/type").asText();
  }

  private static String outcome(Receiver.Post post) {
    return json(post).at("/subject/content/outcome").asText();
  }

  private static JsonNode json(Receiver.Post post) {
    try {
      return Api.JSON.readTree(post.body());
    } catch (IOException noJson) {
      throw new UncheckedIOException(noJson);
    }
  }

  private static String deliveries(String which) {
    return Ledger.query("select count(*) from webhook_delivery where " + OVERRUN + " and " + which);
  }

  @Test
  void shouldHaveBudgets() {
    Fixture fixture = Fixture.of("manyhooks");
    make(fixture, "overrun", "/many", "");
    Ledger.change(
        """
        insert into webhook_delivery
          (id, webhook_uid, event, action, content, created_at, asked_at, due_at)
        select gen_random_uuid(), uid, 'e' || n, 'push', '{}', now(), now(), now() + interval '1 hour'
        from webhook, generate_series(1, 1000) n where name = 'overrun'
        """);
    happened(fixture, "push", "app", "v1");
    assertThat(deliveries("due_at is not null")).isEqualTo("1000");
    assertThat(fixture.api().get(hook(fixture, "overrun")).at("/properties/lastProblem"))
        .startsWith("1000 deliveries wait: events of ");
    Ledger.change(
        "update webhook_delivery set asked_at = now() - interval '25 hours' where " + OVERRUN);
    deliverWebhooks.expire().await().atMost(Duration.ofSeconds(30));
    assertThat(deliveries("state = 'Dead'")).isEqualTo("100");

    for (int i = 1; i < 50; i++) {
      Ledger.change(
          """
          insert into webhook (uid, registry_uid, name, name_key, location, tags, enabled, scope,
            actions, ready, created_at)
          select gen_random_uuid(), registry_uid, 'n%1$d', 'n%1$d', '', '{}', false, '', '{}', true,
            now() from webhook where name = 'overrun'
          """
              .formatted(i));
    }
    Api.Answer more = make(fixture, "toomany", "/many", "");
    assertThat(more.status()).isEqualTo(409);
    assertThat(more.at("/error/message")).contains("50 webhooks, which is the most");
  }

  @Test
  void shouldRefuseWhatItCannotDoByNameAndStrangersAltogether() {
    Fixture fixture = Fixture.of("refusing");
    Api.Answer wrong =
        fixture
            .api()
            .put(
                hook(fixture, "wrong"),
                "{'location':'local','properties':{'serviceUri':'ftp://u:pw-Secret@h/','actions':['quarantine','puhs'],'scope':'A B','customHeaders':{'Host':'a','X-A':'b\\u0001'},'signingSecret':'whsec_abc','color':'red'}}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.at("/error/message")).contains("properties.color");
    wrong =
        fixture
            .api()
            .put(
                hook(fixture, "wrong"),
                "{'location':'local','properties':{'serviceUri':'ftp://u:pw-Secret@h/','actions':['quarantine','puhs'],'scope':'A B','customHeaders':{'Host':'a','X-A':'b\\u0001'},'signingSecret':'whsec_abc'}}");
    assertThat(wrong.at("/error/message"))
        .contains(
            "properties.serviceUri must be https://host/path",
            "'quarantine', which is not supported by Slipway: there is no quarantine",
            "'puhs', must be some of [push, delete",
            "properties.scope is 'A B'",
            "properties.customHeaders.Host is set by the platform",
            "properties.customHeaders.X-A must be",
            "properties.signingSecret must be whsec_")
        .doesNotContain("pw-Secret");
    assertThat(fixture.api().get(hook(fixture, "wrong")).status()).isEqualTo(404);

    make(fixture, "right", "/right", "");
    Api stranger = Api.with(Tokens.arm("slipway-registry"));
    String right = hook(fixture, "right");
    assertThat(stranger.get(right).status()).isEqualTo(403);
    assertThat(stranger.delete(right).status()).isEqualTo(403);
    for (String action : List.of("getCallbackConfig", "ping", "listEvents")) {
      assertThat(stranger.post(right + "/" + action, "").status()).as(action).isEqualTo(403);
    }
    assertThat(
            stranger
                .patch(right, "{'properties':{'serviceUri':'https://thief.example/'}}")
                .status())
        .isEqualTo(403);
  }
}
