package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.agent.EndStarvedRuns;
import io.slipway.taskapi.agent.ReapExpiredLeases;
import io.slipway.taskapi.dispatch.ResendWindow;
import io.slipway.taskapi.event.TopicOffsets;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.log.SealLostLogs;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with agents, events and logs, and what comes of it. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class RunFaultsIT {
  @Inject Leader leader;
  @Inject ReapExpiredLeases reaper;
  @Inject ResendWindow window;
  @Inject EndStarvedRuns starved;
  @Inject SealLostLogs sealer;
  @Inject Scheduler scheduler;
  @Inject TopicOffsets offsets;

  private Fixture fixture;
  private TestAgent first;
  private TestAgent second;

  @BeforeEach
  void start() {
    fixture = Fixture.of("faults");
    first = new TestAgent("agent-a");
    second = new TestAgent("agent-b");
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  @Test
  void shouldGiveARunToAnotherAgentWhenItsAgentIsLost() {
    RunRef run = fixture.schedule();
    first.claim(run.runUid(), 1);
    first.log(run, 0, "first\r\n");
    String blob = blob(run);
    Eventually.equal("7", () -> Api.anonymous().head(blob).header("Content-Length"));
    first.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));

    leaseIsOver(run);
    reap();

    assertThat(fixture.status(run)).isEqualTo("Queued");
    RunRef again = fixture.attempt(run, 2);
    JsonNode queued =
        second
            .bus()
            .await(Topics.runQueue("default"), 2, it -> it.key().equals(run.runUid().toString()))
            .getLast()
            .json();
    assertThat(queued.at("/run/attempt").asInt()).isEqualTo(2);
    assertThat(first.beat(run.runUid(), 1)).isEqualTo("Lost");
    assertThat(second.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Gone");
    JsonNode claim = second.claim(run.runUid(), 2);
    assertThat(claim.path("outcome").asText()).isEqualTo("Claimed");
    assertThat(claim.at("/spec/logOffset").asLong()).isEqualTo(7);
    assertThat(claim.at("/spec/lostAgents/0").asText()).isEqualTo("agent-a");

    first.log(run, 7, "late words of the lost agent\r\n");
    first.completed(run, RunOutcome.SUCCEEDED, null, 40);
    second.log(again, 7, "second\r\n");
    second.completed(again, RunOutcome.FAILED, "exit status 1", 15);

    Eventually.equal("failed", () -> Api.anonymous().head(blob).header("x-ms-meta-Complete"));
    assertThat(Api.anonymous().get(blob).text()).isEqualTo("first\r\nsecond\r\n");
    assertThat(fixture.status(run)).isEqualTo("Failed");
    assertThat(fixture.api().get(fixture.run(run.runId())).at("/properties/runErrorMessage"))
        .isEqualTo("exit status 1");
  }

  /** A sweep that stood still with the database finds leases that are over because of that. */
  @Test
  void shouldAskOnceMoreBeforeLeasesAreEnded() {
    scheduler.pause(); // the timer's sweeps may
    try {
      RunRef run = fixture.schedule();
      first.claim(run.runUid(), 1);
      leaseIsOver(run);
      Eventually.equal("true", () -> Boolean.toString(leader.leads()));

      AtomicBoolean asked = new AtomicBoolean();
      BooleanSupplier notNow =
          () -> {
            asked.set(true);
            return false;
          };
      Eventually.equal(
          "true",
          () -> {
            assertThat(reaper.sweep(notNow).await().indefinitely()).isFalse();
            return asked.toString();
          });

      assertThat(fixture.status(run)).isEqualTo("Started");
      assertThat(first.beat(run.runUid(), 1)).isEqualTo("Held");
    } finally {
      scheduler.resume();
    }
  }

  @Test
  void shouldEndARunThatEndedTwoAgents() {
    RunRef run = fixture.schedule();
    for (int attempt = 1; attempt <= 3; attempt++) {
      TestAgent agent = attempt < 3 ? first : second;
      agent.claim(run.runUid(), attempt);
      if (attempt != 2) { // an agent that is lost before it begins a step costs nothing
        agent.stepStarted(fixture.attempt(run, attempt), 11);
        Eventually.equal("Running", () -> fixture.status(run));
      }
      leaseIsOver(run);
      reap();
      assertThat(fixture.status(run)).isEqualTo(attempt < 3 ? "Queued" : "Error");
    }

    assertThat(fixture.status(run)).isEqualTo("Error");
    Api.Answer log = Api.anonymous().get(blob(run));
    assertThat(log.header("x-ms-meta-Complete")).isEqualTo("internalerror");
    assertThat(log.text())
        .contains("Run ID: " + run.runId() + " failed after")
        .contains(
            "agent lost: attempt 1 on agent-a, attempt 3 on agent-b;"
                + " a run that ended two agents is not given to a third\r\n");
    String id = fixture.api().get(fixture.run(run.runId())).at("/id");
    assertThat(ends(run)).isEqualTo("[[[ERROR], [AGENT_LOST], [" + id + "]]]");
  }

  private String ends(RunRef run) {
    return first.bus().await(Topics.RUN_EVENTS, 1, it -> it.isEnd(run)).stream()
        .map(Bus.Seen::json)
        .map(it -> Stream.of("outcome", "failure", "resourceId").map(it::findValuesAsText).toList())
        .toList()
        .toString();
  }

  @Test
  void shouldKeepARunWhoseLedgerWasAway() {
    RunRef run = fixture.schedule();
    first.claim(run.runUid(), 1);
    leaseIsOver(run);

    assertThat(first.beat(run.runUid(), 1)).isEqualTo("Held");
    reap();

    assertThat(fixture.status(run)).isEqualTo("Started");
  }

  @Test
  void shouldIgnoreDoubledReorderedAndForgedEvents() {
    RunRef run = fixture.schedule();
    first.completed(run, RunOutcome.SUCCEEDED, null, 0); // nobody has claimed it
    first.completed(fixture.attempt(run, 7), RunOutcome.SUCCEEDED, null, 0); // not granted
    awaitEventsRead();
    first.claim(run.runUid(), 1);
    first.completed(fixture.attempt(run, 2), RunOutcome.SUCCEEDED, null, 0);
    first.stepStarted(run, 20);
    first.stepStarted(run, 20);
    first.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));

    first.completed(run, RunOutcome.FAILED, "no\nway\u0000", 0);
    first.completed(run, RunOutcome.FAILED, "no way", 0);
    first.completed(run, RunOutcome.SUCCEEDED, null, 0);
    first.stepStarted(run, 60);
    RunRef after = fixture.schedule();
    first.claim(after.runUid(), 1);
    first.stepStarted(after, 11); // when this is seen, so is all before it in its partition
    Eventually.equal("Running", () -> fixture.status(after));

    Eventually.equal("Failed", () -> fixture.status(run));
    assertThat(fixture.api().get(fixture.run(run.runId())).at("/properties/runErrorMessage"))
        .isEqualTo("no way");
  }

  @Test
  void shouldPutPoisonAsideAndGoOn() {
    Bus bus = first.bus();
    String key = UUID.randomUUID().toString();
    Map<String, String> headers =
        new HashMap<>(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", UUID.randomUUID().toString(),
                "ce_source", "/x",
                "ce_type", "io.slipway.run.completed.v1",
                "ce_time", "2026-01-01T00:00:00Z"));
    byte[] secretish = "{\"password\":\"hunter2\"".getBytes(StandardCharsets.UTF_8);

    bus.publishRaw(Topics.RUN_EVENTS, key, Map.of(), new byte[] {1, 2, 3});
    bus.publishRaw(Topics.RUN_EVENTS, key, headers, secretish);
    bus.publishRaw(Topics.RUN_EVENTS, key, headers, "{}".getBytes(StandardCharsets.UTF_8));
    bus.publishRaw(Topics.RUN_EVENTS, key, headers, null);
    headers.put("ce_type", "com.example.other");
    bus.publishRaw(Topics.RUN_EVENTS, key, headers, "{}".getBytes(StandardCharsets.UTF_8));
    headers.put("ce_type", "io.slipway.log.appended.v1");
    bus.publishRaw(Topics.RUN_LOGS, key, headers, new byte[900_000]);

    List<Bus.Seen> dead = bus.await(Topics.dead(Topics.RUN_EVENTS), 4, it -> it.key().equals(key));
    assertThat(dead)
        .extracting(it -> it.headers().get("dead-reason"))
        .anySatisfy(it -> assertThat(it).contains("ce_specversion is missing"))
        .anySatisfy(it -> assertThat(it).contains("run is missing"))
        .noneSatisfy(it -> assertThat(it).contains("com.example.other")) // other people's event
        .anySatisfy(it -> assertThat(it).contains("has no data"))
        .noneSatisfy(it -> assertThat(it).contains("hunter2"));
    assertThat(dead.getFirst().headers())
        .containsKeys("dead-topic", "dead-partition", "dead-offset");
    assertThat(bus.await(Topics.dead(Topics.RUN_LOGS), 1, it -> it.key().equals(key))).hasSize(1);
    RunRef run = fixture.schedule();
    first.claim(run.runUid(), 1);
    first.stepStarted(run, 11);
    Eventually.equal("Running", () -> fixture.status(run));
  }

  @Test
  void shouldCancelWaitingRunsAtOnceAndOwnedOnesByTheirAgent() {
    RunRef waiting = fixture.schedule();
    assertThat(fixture.api().post(fixture.run(waiting.runId()) + "/cancel", null).status())
        .isEqualTo(200);
    assertThat(fixture.status(waiting)).isEqualTo("Canceled");
    assertThat(first.claim(waiting.runUid(), 1).path("outcome").asText()).isEqualTo("Gone");
    assertThat(Api.anonymous().head(blob(waiting)).header("x-ms-meta-Complete"))
        .isEqualTo("canceled");
    assertThat(fixture.api().post(fixture.run(waiting.runId()) + "/cancel", null).status())
        .isEqualTo(409);

    RunRef owned = fixture.schedule();
    first.claim(owned.runUid(), 1);
    fixture.api().post(fixture.run(owned.runId()) + "/cancel", null);
    assertThat(fixture.status(owned)).isEqualTo("Started");
    assertThat(first.beat(owned.runUid(), 1)).isEqualTo("Cancel");
    first.completed(owned, RunOutcome.CANCELED, null, 0);
    Eventually.equal("Canceled", () -> fixture.status(owned));

    RunRef orphaned = fixture.schedule();
    first.claim(orphaned.runUid(), 1);
    fixture.api().post(fixture.run(orphaned.runId()) + "/cancel", null);
    leaseIsOver(orphaned);
    reap();
    assertThat(fixture.status(orphaned)).isEqualTo("Canceled");
  }

  @Test
  void shouldTellTheQueueAgainOfWhatItLostAndOnlyThen() {
    RunRef run = fixture.schedule();
    first.bus().await(Topics.runQueue("default"), 1, it -> isOf(it, run));
    first.idle();
    window.resend().await().indefinitely();
    assertThat(first.bus().all(Topics.runQueue("default")).stream().filter(it -> isOf(it, run)))
        .hasSize(1);

    Ledger.change(
        "update run set published_at = now() - interval '1 minute' where uid = '"
            + run.runUid()
            + "'");
    window.resend().await().indefinitely();

    List<Bus.Seen> told = first.bus().await(Topics.runQueue("default"), 2, it -> isOf(it, run));
    assertThat(told.get(0).headers().get("ce_id")).isEqualTo(told.get(1).headers().get("ce_id"));
    assertThat(first.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Claimed");
    assertThat(second.claim(run.runUid(), 1).path("outcome").asText()).isEqualTo("Taken");
  }

  @Test
  void shouldEndALogOfWhichALastPartIsLost() {
    RunRef run = fixture.schedule();
    first.claim(run.runUid(), 1);
    first.log(run, 0, "begin\r\n");
    first.log(run, 20, "after a gap\r\n");
    first.completed(run, RunOutcome.SUCCEEDED, null, 33);
    Eventually.equal("Succeeded", () -> fixture.status(run));
    Eventually.equal( // what comes after the gap; the beginning is in the row of the log
        "1",
        () ->
            Ledger.query("select count(*) from log_chunk where run_uid = '" + run.runUid() + "'"));
    String blob = blob(run);
    seal();
    assertThat(Api.anonymous().head(blob).header("x-ms-meta-Complete")).isNull();

    Ledger.change("update open_log set since = now() - interval '2 minutes'");
    Ledger.change(
        "update run_log set updated_at = now() - interval '2 minutes' where run_uid = '"
            + run.runUid()
            + "'");
    Eventually.holds(() -> {
      seal(); // not before all that Kafka has of logs was read
      assertThat(Api.anonymous().head(blob).header("x-ms-meta-Complete")).isNotNull();
    });

    Api.Answer log = Api.anonymous().get(blob);
    assertThat(log.header("x-ms-meta-Complete")).isEqualTo("successful");
    assertThat(log.text())
        .isEqualTo("begin\r\n\r\nThe next 13 bytes of this log were lost.\r\nafter a gap\r\n");
  }

  @Test
  void shouldEndARunThatNoAgentTakes() {
    RunRef run = fixture.schedule();
    Ledger.change(
        "update run set queued_at = now() - interval '25 hours' where uid = '"
            + run.runUid()
            + "'");

    Eventually.equal("true", () -> Boolean.toString(leader.leads()));
    starved.sweep().await().indefinitely();

    assertThat(fixture.status(run)).isEqualTo("Error");
    assertThat(fixture.api().get(fixture.run(run.runId())).at("/properties/runErrorMessage"))
        .isEqualTo("NoAgentAvailable: no agent of pool 'default' took the run within PT24H");
    assertThat(ends(run)).startsWith("[[[ERROR], [NO_AGENT], [/subscriptions/");
  }

  /** A run token says nothing, lasts as long as the lease, and no longer. */
  @Test
  void shouldTellTheBrokerOfLiveLeasesAlone() {
    RunRef run = fixture.schedule();
    String token = first.claim(run.runUid(), 1).path("runToken").asText();

    assertThat(token).matches("srt_[A-Za-z0-9_-]{43}");
    assertThat(Api.held(token).path("agent").asText()).isEqualTo("agent-a");
    assertThat(first.beatWith(run.runUid(), 1).path("runToken").asText("")).isEmpty();
    assertThat(Api.held(token).path("attempt").asInt()).isEqualTo(1);
    leaseIsOver(run);
    assertThat(Api.held(token).isNull()).isTrue();
  }

  private static boolean isOf(Bus.Seen seen, RunRef run) {
    return run.runUid().toString().equals(seen.key());
  }

  private String blob(RunRef run) {
    return fixture
        .api()
        .post(fixture.run(run.runId()) + "/listLogSasUrl", null)
        .at("/logLink")
        .substring("https://localhost:8443".length());
  }

  private static void leaseIsOver(RunRef run) {
    Ledger.change(
        "update run set lease_until = now() - interval '1 second' where uid = '"
            + run.runUid()
            + "'");
  }

  private void reap() {
    Eventually.equal("true", () -> Boolean.toString(leader.leads()));
    Eventually.equal("true", () -> reaper.sweep().await().indefinitely().toString());
  }

  private void awaitEventsRead() {
    Map<Integer, Long> ends = offsets.ends(Topics.RUN_EVENTS).await().indefinitely();
    Eventually.holds(() -> {
      Map<Integer, Long> handled = offsets.handled(Topics.RUN_EVENTS).await().indefinitely();
      ends.forEach((partition, end) ->
          assertThat(handled.getOrDefault(partition, 0L)).isGreaterThanOrEqualTo(end));
    });
  }

  private void seal() {
    sealer.seal().await().indefinitely();
  }
}
