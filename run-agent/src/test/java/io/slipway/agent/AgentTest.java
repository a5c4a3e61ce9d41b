package io.slipway.agent;

import io.slipway.contract.EventType;
import io.slipway.contract.agent.RunAttempt;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests of a whole agent with a queue in a real Kafka and a ledger of its own, side by side. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class AgentTest {
  protected static final String STEP_STARTED = EventType.STEP_STARTED.type();
  protected static final String COMPLETED = EventType.RUN_COMPLETED.type();

  @TempDir private Path folder;
  protected TestQueue queue;
  protected TestLedger ledger;

  @BeforeEach
  void open() throws Exception {
    queue = new TestQueue();
    ledger = new TestLedger();
  }

  @AfterEach
  void close() {
    ledger.close();
    queue.close();
  }

  /** A started agent with so many slots and further settings, by their full names. */
  protected final TestAgent agent(int slots, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("slipway.agent.slots", Integer.toString(slots));
    return new TestAgent(folder, queue.bootstrap, queue.prefix, ledger.address(), all).start();
  }

  protected final void awaitStep(RunAttempt run) {
    TestQueue.await("a step", () -> queue.events(run).contains(STEP_STARTED));
  }

  protected final void awaitEnd(RunAttempt run) {
    TestQueue.await("the end of the run", () -> queue.events(run).contains(COMPLETED));
  }
}
