package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.AgentTest;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.StepCompleted;
import io.slipway.contract.Topics;
import io.slipway.contract.agent.ClaimOutcome;
import io.slipway.contract.agent.RunAttempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Queued runs come in through a real Kafka, whatever else is in the queue. */
class IntakeIT extends AgentTest {
  private TestAgent agent(int slots) throws Exception {
    return agent(slots, Map.of());
  }

  /** A2.10: a record that names no run was neither put aside nor forgotten. */
  @Test
  void shouldPutAsideWhatIsNotAQueuedRun() throws Exception {
    String type = EventType.RUN_QUEUED.type();
    queue.write(null, type);
    queue.write("null".getBytes(StandardCharsets.UTF_8), type);
    queue.write("{}".getBytes(StandardCharsets.UTF_8), type);
    queue.write("{\"run\":{}}".getBytes(StandardCharsets.UTF_8), null);
    queue.write("[1".getBytes(StandardCharsets.UTF_8), type);
    queue.write("{}".getBytes(StandardCharsets.UTF_8), EventType.RUN_STARTED.type());
    RunAttempt good = queue.queue();

    try (TestAgent agent = agent(4)) {
      awaitEnd(good);

      assertThat(agent.bean(RunQueue.class).isMoving()).isTrue();
      assertThat(ledger.claimed()).containsOnly(good);
      assertThat(queue.read(Topics.dead(Topics.runQueue("default"))))
          .hasSize(6)
          .extracting(record -> TestQueue.header(record, "dead-offset"))
          .containsExactly("0", "1", "2", "3", "4", "5");
    }
  }

  @Test
  void shouldClaimTheRunsOfAPollInOneCall() throws Exception {
    List<RunAttempt> runs = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      runs.add(queue.queue());
    }

    try (TestAgent agent = agent(8)) {
      runs.forEach(this::awaitEnd);

      assertThat(ledger.claims).anyMatch(request -> request.runs().size() > 1);
      assertThat(ledger.claims).allMatch(request -> request.runs().size() <= 8);
      assertThat(ledger.claimed()).containsExactlyInAnyOrderElementsOf(runs);
      assertThat(agent.bean(Slots.class).free()).isEqualTo(8);
    }
  }

  /** S7: one run that nobody may have now holds up no other. */
  @Test
  void shouldReleaseARunThatIsNotGivenAwayNow() throws Exception {
    Set<RunAttempt> later = ConcurrentHashMap.newKeySet();
    ledger.decision = run -> later.add(run) ? ClaimOutcome.LATER : ClaimOutcome.CLAIMED;
    RunAttempt run = queue.queue();

    try (TestAgent agent = agent(2)) {
      awaitEnd(run);

      assertThat(ledger.claimed()).containsExactly(run, run);
      assertThat(queue.events(run)).containsOnlyOnce(COMPLETED);
    }
  }

  @Test
  void shouldForgetRunsThatAreGoneOrTaken() throws Exception {
    RunAttempt gone = queue.queue();
    RunAttempt taken = queue.queue();
    ledger.decision =
        run ->
            run.equals(gone)
                ? ClaimOutcome.GONE
                : run.equals(taken) ? ClaimOutcome.TAKEN : ClaimOutcome.CLAIMED;
    RunAttempt good = queue.queue();

    try (TestAgent agent = agent(1)) {
      awaitEnd(good);

      assertThat(ledger.claimed()).containsExactly(gone, taken, good);
      assertThat(queue.events(gone)).isEmpty();
    }
  }

  /** The ledger here grants the same claim again and again. */
  @Test
  void shouldExecuteARunOnceThatComesSeveralTimes() throws Exception {
    RunAttempt run = queue.queue();
    queue.queue(run);
    queue.queue(run);
    try (TestAgent agent = agent(4, Map.of("slipway.agent.nothing-millis", "3000"))) {
      TestQueue.await("a claim", () -> !ledger.claims.isEmpty());
      queue.queue(run);
      RunAttempt later = queue.queue();
      awaitEnd(later);
      awaitEnd(run);

      assertThat(ledger.claimed()).containsExactly(run, later);
      assertThat(queue.events(run)).containsOnlyOnce(EventType.RUN_STARTED.type());
      TestQueue.await("free slots", () -> !agent.isHolding());
    }
  }

  /** Kafka gives a record to nobody any more after a few deliveries. */
  @Test
  void shouldLeaveTheQueueAloneWhileTaskApiIsAway() throws Exception {
    ledger.mood = TestLedger.Mood.AWAY;
    RunAttempt run = queue.queue();

    try (TestAgent agent = agent(2)) {
      TestQueue.await("many beats", () -> ledger.refused() > 6);
      ledger.mood = TestLedger.Mood.WELL;
      awaitEnd(run);

      assertThat(ledger.refusedClaims()).isBetween(1, 3);
      assertThat(queue.events(run)).containsOnlyOnce(COMPLETED);
    }
  }

  /** What was granted would wait for the end of its lease, for whoever gets the record next. */
  @Test
  void shouldGiveBackWhatItWasPerhapsGranted() throws Exception {
    ledger.decision =
        run -> {
          if (ledger.releases.isEmpty()) {
            throw new IllegalStateException("granted, and the answer is lost");
          }
          return ClaimOutcome.CLAIMED;
        };
    RunAttempt run = queue.queue();

    try (TestAgent agent = agent(1)) {
      awaitEnd(run);

      assertThat(ledger.claimed()).containsExactly(run, run);
      assertThat(ledger.releases.getFirst().runs()).containsExactly(run);
    }
  }

  /** A run whose step ended an agent may end this one, too. */
  @Test
  void shouldExecuteARunThatEndedAnAgentAlone() throws Exception {
    List<RunAttempt> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(queue.queue());
    }
    RunAttempt suspect = new RunAttempt(UUID.randomUUID(), 2);
    queue.queue(suspect);
    for (int i = 0; i < 4; i++) {
      runs.add(queue.queue());
    }
    ledger.lost = run -> run.equals(suspect) ? List.of("agent-1") : List.of();

    try (TestAgent agent = agent(4, Map.of("slipway.agent.nothing-millis", "100"))) {
      awaitEnd(suspect);
      runs.forEach(this::awaitEnd);

      List<Instant> own = times(suspect);
      assertThat(own.get(1)).isAfter(own.get(0));
      assertThat(runs)
          .allSatisfy(run -> {
            List<Instant> other = times(run);
            assertThat(!other.get(1).isAfter(own.get(0)) || !other.get(0).isBefore(own.get(1)))
                .as("%s beside %s", other, own)
                .isTrue();
          });
    }
  }

  /** When the step of a run began and ended. */
  private List<Instant> times(RunAttempt run) {
    for (ConsumerRecord<String, byte[]> record : queue.read(Topics.RUN_EVENTS)) {
      if (record.key().equals(run.runUid().toString())
          && TestQueue.header(record, EventAttributes.TYPE_HEADER)
              .equals(EventType.STEP_COMPLETED.type())) {
        try {
          StepCompleted step = TestAgent.JSON.readValue(record.value(), StepCompleted.class);
          return List.of(step.startedAt(), step.finishedAt());
        } catch (IOException malformed) {
          throw new UncheckedIOException(malformed);
        }
      }
    }
    throw new AssertionError("no step of " + run);
  }

  /** S34: by construction the first event of an attempt is that it began. */
  @Test
  void shouldSayThatARunBeganBeforeAnythingElse() throws Exception {
    RunAttempt run = queue.queue();

    try (TestAgent agent = agent(1)) {
      awaitEnd(run);

      assertThat(queue.events(run))
          .containsExactly(
              EventType.RUN_STARTED.type(),
              EventType.STEP_STARTED.type(),
              EventType.STEP_COMPLETED.type(),
              COMPLETED);
    }
  }
}
