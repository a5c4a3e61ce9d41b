package io.slipway.e2e.faults;

import io.slipway.e2e.Platform;
import io.slipway.e2e.faults.LedgerRows.Row;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs that are caught in the middle of a step, and begin again elsewhere. */
final class MidStep {
  private static final Duration BEGINS = Duration.ofMinutes(1);
  private static final Duration BEGINS_AGAIN = Duration.ofMinutes(2);

  private final Stage stage;
  private final List<String> agents;

  MidStep(Stage stage, List<String> agents) {
    this.stage = stage;
    this.agents = agents;
  }

  /** Some runs with steps at work, by the agents that have them. */
  Map<String, List<String>> begin(Load load, String task, int number) {
    Set<String> keys =
        IntStream.range(0, number).mapToObj(i -> load.ask(task)).collect(Collectors.toSet());
    List<String> runs = new ArrayList<>();
    Platform.await(
        "the steps of all runs are at work",
        BEGINS,
        () -> {
          runs.clear();
          runs.addAll(runIds(keys));
          return runs.size() == number && stage.steps().alive().containsAll(runs);
        });
    return runs.stream().collect(Collectors.groupingBy(this::agentOf));
  }

  private List<String> runIds(Set<String> keys) {
    try {
      return stage.ledger().of(keys).stream().map(Row::runId).toList();
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private String agentOf(String run) {
    return stage.steps().process(run).map(step -> stage.parts().agentOf(step, agents)).orElse("");
  }

  /** The agent that has most of the runs. */
  String busiest(Map<String, List<String>> byAgent) {
    return agents.stream()
        .filter(byAgent::containsKey)
        .max((a, b) -> Integer.compare(byAgent.get(a).size(), byAgent.get(b).size()))
        .orElseThrow(() -> new AssertionError("no agent has a step: " + byAgent));
  }

  /** Milliseconds from now until each of these runs has a step of another attempt. */
  List<Long> awaitSecondAttempts(Collection<String> runs) {
    long begin = System.nanoTime();
    Map<String, Long> delays = new ConcurrentHashMap<>();
    Platform.await(
        "second attempts of " + runs,
        BEGINS_AGAIN,
        () -> {
          for (String run : runs) {
            if (stage.steps().attempts(run) > 1) {
              delays.putIfAbsent(run, Duration.ofNanos(System.nanoTime() - begin).toMillis());
            }
          }
          return delays.keySet().containsAll(runs);
        });
    return List.copyOf(delays.values());
  }
}
