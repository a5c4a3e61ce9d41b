package io.slipway.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.AgentTest;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.contract.agent.RunAttempt;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * S3, A2.6: a pause of the ledger is longer than a lease and ends no step; an agent that alone
 * cannot reach the ledger stops. Steps take longer than a lease, too.
 */
class OutageIT extends AgentTest {
  private TestAgent agent;
  private RunAttempt run;

  @BeforeEach
  void beginAStep() throws Exception {
    queue.beat();
    run = queue.queue();
    agent =
        agent(
            1,
            Map.of(
                "slipway.agent.nothing-millis", "20000",
                "slipway.agent.drain-limit", "PT1S"));
    awaitStep(run);
  }

  @AfterEach
  void stopTheAgent() throws Exception {
    agent.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HANGING", "AWAY"})
  void shouldGoOnWhileTheLedgerIsAwayForEverybody(TestLedger.Mood mood) {
    queue.silence();
    ledger.mood = mood;

    awaitEnd(run);

    assertThat(ledger.claims).hasSize(1);
    TestQueue.await("the run to be let go", () -> !agent.isHolding()); // after its last event
  }

  @Test
  void shouldStopBeforeItsLeaseEndsWhenItAloneIsCutOff() {
    ledger.mood = TestLedger.Mood.HANGING;

    TestQueue.await("the step to be stopped", () -> !agent.isHolding());

    // It said nothing of an end: the run is another agent's.
    assertThat(queue.events(run)).doesNotContain(COMPLETED);
  }
}
