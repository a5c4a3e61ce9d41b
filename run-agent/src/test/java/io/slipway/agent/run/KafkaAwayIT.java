package io.slipway.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.StoppableKafka;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.contract.EventType;
import io.slipway.contract.agent.RunAttempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A2.11: Kafka is away while a run ends, and the agent is told to stop meanwhile. What is finished
 * is neither handed back nor forgotten: its end is in Kafka soon after the next start.
 */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class KafkaAwayIT {
  private static final String AGENT = "agent";
  private static final String NEXT = "agent-after-the-start";
  private static final String SPOOL = "/spool";

  @TempDir private Path folder;

  private TestAgent agent(String name, TestQueue queue, TestLedger ledger) throws Exception {
    return new TestAgent(
            Files.createDirectories(folder.resolve(name)),
            queue.bootstrap,
            queue.prefix,
            ledger.address(),
            Map.of(
                "slipway.agent.slots", "1",
                "slipway.agent.nothing-millis", "3000",
                "slipway.agent.drain-limit", "PT5S"))
        .start();
  }

  @Test
  void shouldReportAFinishedRunAfterTheNextStart() throws Exception {
    try (StoppableKafka kafka = new StoppableKafka(folder);
        TestQueue queue = new TestQueue(kafka.bootstrap());
        TestLedger ledger = new TestLedger()) {
      RunAttempt run = queue.queue();
      TestAgent agent = agent(AGENT, queue, ledger);
      TestQueue.await("a step", () -> queue.events(run).contains(EventType.STEP_STARTED.type()));
      kafka.stop();
      // The step is over before the drain limit, and the end of the run cannot be told.
      agent.stop();

      assertThat(ledger.releases).as("handed back, to be done again").isEmpty();
      assertThat(folder.resolve(AGENT + SPOOL)).isDirectoryContaining("glob:**.spool");

      // A folder belongs to one agent as long as its process lives, and this process goes on.
      Files.createDirectories(folder.resolve(NEXT));
      Files.move(folder.resolve(AGENT + SPOOL), folder.resolve(NEXT + SPOOL));
      kafka.goOn();
      try (TestAgent next = agent(NEXT, queue, ledger)) {
        TestQueue.await(
            "the end of the run", () -> queue.events(run).contains(EventType.RUN_COMPLETED.type()));
        TestQueue.await("no spool", () -> isEmpty(folder.resolve(NEXT + SPOOL)));
        assertThat(next.isHolding()).isFalse();
      }
      List<String> events = queue.events(run).stream().distinct().toList();
      assertThat(events)
          .containsExactly(
              EventType.RUN_STARTED.type(),
              EventType.STEP_STARTED.type(),
              EventType.STEP_COMPLETED.type(),
              EventType.RUN_COMPLETED.type());
      assertThat(Collections.frequency(ledger.claimed(), run)).isEqualTo(1);
    }
  }

  private static boolean isEmpty(Path path) {
    String[] files = path.toFile().list();
    return files == null || files.length == 0;
  }
}
