package io.slipway.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.AgentTest;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestQueue;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.ReleaseRequest;
import io.slipway.contract.agent.RunAttempt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A2.12: an agent that is told to stop hands back what it cannot finish. */
class DrainIT extends AgentTest {
  @Test
  void shouldHandBackWhatIsStillAtWorkAfterTheLimit() throws Exception {
    RunAttempt run = queue.queue();
    try (TestAgent agent =
        agent(
            4,
            Map.of(
                "slipway.agent.nothing-millis", "600000", "slipway.agent.drain-limit", "PT1S"))) {
      awaitStep(run);

      agent.stop();

      assertThat(ledger.releases).flatExtracting(ReleaseRequest::runs).containsExactly(run);
      assertThat(ledger.releases.getFirst().incarnation())
          .isEqualTo(ledger.claims.getFirst().incarnation());
      assertThat(ledger.heartbeats.getLast().draining()).isTrue();
      assertThat(queue.events(run)).doesNotContain(COMPLETED);
      assertThat(agent.isHolding()).isFalse();
    }
  }

  @Test
  void shouldFinishWithinTheLimitAndTakeNothingMore() throws Exception {
    RunAttempt run = queue.queue();
    try (TestAgent agent = agent(4, Map.of("slipway.agent.nothing-millis", "3000"))) {
      awaitStep(run);

      Thread stopping = Thread.ofVirtual().start(() -> stop(agent));
      TestQueue.await(
          "a beat that says so",
          () -> ledger.heartbeats.stream().anyMatch(HeartbeatRequest::draining));
      RunAttempt late = queue.queue();
      stopping.join();

      assertThat(queue.events(run)).contains(COMPLETED);
      assertThat(ledger.releases).isEmpty();
      assertThat(queue.events(late)).doesNotContain(STEP_STARTED);
      assertThat(List.of(run)).containsAll(ledger.claimed());
    }
  }

  /** S6c: an end that Kafka has is the ledger's affair; no beat names the run any more. */
  @Test
  void shouldForgetARunWhoseEndKafkaHas() throws Exception {
    RunAttempt run = queue.queue();
    try (TestAgent agent = agent(4, Map.of())) {
      awaitEnd(run);
      TestQueue.await("the lease to be forgotten", () -> !agent.isHolding());
      int beats = ledger.heartbeats.size();
      TestQueue.await("more beats", () -> ledger.heartbeats.size() > beats + 1);

      assertThat(ledger.heartbeats.getLast().runs()).isEmpty();
    }
  }

  private static void stop(TestAgent agent) {
    try {
      agent.stop();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
