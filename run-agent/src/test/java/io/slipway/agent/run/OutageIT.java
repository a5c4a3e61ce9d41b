package io.slipway.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.contract.EventType;
import io.slipway.contract.agent.RunAttempt;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * S3, A2.6: a pause of the ledger is longer than a lease and ends no step; an agent that alone
 * cannot reach the ledger stops. Steps take longer than a lease, too.
 */
@Execution(ExecutionMode.CONCURRENT)
class OutageIT {
  private static final String STEP_STARTED = EventType.STEP_STARTED.type();
  private static final String COMPLETED = EventType.RUN_COMPLETED.type();

  @TempDir private Path folder;
  private TestQueue queue;
  private TestLedger ledger;
  private TestAgent agent;
  private RunAttempt run;

  @BeforeEach
  void beginAStep() throws Exception {
    queue = new TestQueue();
    ledger = new TestLedger();
    queue.beat();
    run = queue.queue();
    agent =
        new TestAgent(
                folder,
                queue.bootstrap,
                queue.prefix,
                ledger.address(),
                Map.of(
                    "slipway.agent.slots", "1",
                    "slipway.agent.nothing-millis", "20000",
                    "slipway.agent.drain-limit", "PT1S"))
            .start();
    TestQueue.await("a step", () -> queue.events(run).contains(STEP_STARTED));
  }

  @AfterEach
  void close() throws Exception {
    agent.close();
    ledger.close();
    queue.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HANGING", "AWAY"})
  void shouldGoOnWhileTheLedgerIsAwayForEverybody(TestLedger.Mood mood) {
    queue.silence();
    ledger.mood = mood;

    TestQueue.await("the end of the run", () -> queue.events(run).contains(COMPLETED));

    assertThat(ledger.claims).hasSize(1);
    assertThat(agent.isHolding()).isFalse();
  }

  @Test
  void shouldStopBeforeItsLeaseEndsWhenItAloneIsCutOff() {
    ledger.mood = TestLedger.Mood.HANGING;

    TestQueue.await("the step to be stopped", () -> !agent.isHolding());

    // It said nothing of an end: the run is another agent's.
    assertThat(queue.events(run)).doesNotContain(COMPLETED);
  }
}
