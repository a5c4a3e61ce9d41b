package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Platform;
import io.slipway.e2e.faults.LedgerRows.Row;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F05, F06, F11: an agent is killed, stopped or drained in the middle of steps. */
@Tag("faults")
@Order(20)
class LostAgentsIT {
  private static final Stage STAGE = Stage.shared();
  private static final Duration BEGINS = Duration.ofMinutes(1);
  private static final Duration BEGINS_AGAIN = Duration.ofMinutes(2);
  private static final int RUNS = 4;

  /** Agents that are killed: {@code -Dslipway.faults.agent-kills}. */
  private static final int KILLS = Integer.getInteger("slipway.faults.agent-kills", 3);

  /** Prints the time from the kill until the next attempt's step is a process. */
  @Test
  void shouldStartTheRunsOfAKilledAgentElsewhere() throws Exception {
    List<Long> delays = new ArrayList<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      Load load = Load.byHand(STAGE);
      Map<String, List<String>> byAgent = begin(load);
      String agent = busiest(byAgent);
      STAGE.parts().kill(agent);
      delays.addAll(awaitSecondAttempts(byAgent.get(agent)));
      load.stop();
      new Checker(STAGE, load).judge("kill " + kill + " of an agent in mid-step");
      Platform.await("agent is back", BEGINS, () -> STAGE.parts().isRunning(agent));
    }
    delays.sort(null);
    System.out.printf(
        "faults: begun elsewhere after p50 %d ms, p99 %d ms, longest %d ms (%d runs)%n",
        delays.get((delays.size() - 1) / 2),
        delays.get((int) Math.ceil(delays.size() * 0.99) - 1),
        delays.get(delays.size() - 1),
        delays.size());
  }

  /** The process table says it: the old step has ended when the new one begins. */
  @Test
  void shouldEndTheStepsOfAStoppedAgentBeforeOthersBegin() throws Exception {
    Load load = Load.byHand(STAGE);
    Map<String, List<String>> byAgent = begin(load);
    String agent = busiest(byAgent);
    Map<String, ProcessHandle> old = new ConcurrentHashMap<>();
    for (String run : byAgent.get(agent)) {
      STAGE.steps().process(run).ifPresent(process -> old.put(run, process));
    }
    ProcessHandle stopped = STAGE.parts().process(agent);
    Parts.signal("STOP", stopped);
    try {
      awaitSecondAttempts(byAgent.get(agent));
      assertThat(old.values()).as("steps of the stopped agent").noneMatch(LostAgentsIT::isAtWork);
    } finally {
      Parts.signal("CONT", stopped);
    }
    load.stop();

    new Checker(STAGE, load).judge(agent + " stopped for longer than its lease");
    assertThat(stopped.isAlive()).as("the agent goes on").isTrue();
  }

  @Test
  void shouldLoseNothingWhenAnAgentIsToldToStop() throws Exception {
    Load load = Load.byHand(STAGE);
    String agent = busiest(begin(load));
    ProcessHandle old = STAGE.parts().terminate(agent);
    STAGE.parts().awaitSuccessor(agent, old);
    load.stop();

    new Checker(STAGE, load).judge(agent + " told to stop in mid-step");
  }

  /** Some runs with steps at work, by the agents that have them. */
  private static Map<String, List<String>> begin(Load load) {
    Set<String> keys =
        IntStream.range(0, RUNS).mapToObj(i -> load.ask(Tasks.MEDIUM)).collect(Collectors.toSet());
    List<String> runs = new ArrayList<>();
    Platform.await(
        "the steps of all runs are at work",
        BEGINS,
        () -> {
          runs.clear();
          runs.addAll(runIds(keys));
          return runs.size() == RUNS && STAGE.steps().alive().containsAll(runs);
        });
    return runs.stream()
        .collect(
            Collectors.groupingBy(
                run -> STAGE.steps().process(run).map(STAGE.parts()::agentOf).orElse("no agent")));
  }

  private static List<String> runIds(Set<String> keys) {
    try {
      return STAGE.ledger().of(keys).stream().map(Row::runId).toList();
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private static String busiest(Map<String, List<String>> byAgent) {
    return Parts.AGENTS.stream()
        .filter(byAgent::containsKey)
        .max((a, b) -> Integer.compare(byAgent.get(a).size(), byAgent.get(b).size()))
        .orElseThrow(() -> new AssertionError("no agent has a step: " + byAgent));
  }

  /** Milliseconds until each of these runs has a step of another attempt, in that order. */
  private static List<Long> awaitSecondAttempts(List<String> runs) {
    long begin = System.nanoTime();
    Map<String, Long> delays = new ConcurrentHashMap<>();
    Platform.await(
        "second attempts of " + runs,
        BEGINS_AGAIN,
        () -> {
          for (String run : runs) {
            if (STAGE.steps().attempts(run) > 1) {
              delays.putIfAbsent(run, Duration.ofNanos(System.nanoTime() - begin).toMillis());
            }
          }
          return delays.keySet().containsAll(runs);
        });
    return List.copyOf(delays.values());
  }

  /** A process that has ended stays in the table while its parent is stopped. */
  private static boolean isAtWork(ProcessHandle process) {
    return StepWatch.isAlive(process.pid());
  }
}
