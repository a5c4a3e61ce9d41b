package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Platform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * F05, over and over: of four agents all but one are killed in the middle of steps at the same
 * moment. It is the last of the suite, since the platform has more agents afterwards.
 */
@Tag("faults")
@Order(26)
class KilledAgentsIT {
  private static final List<String> AGENTS =
      List.of("run-agent-1", "run-agent-2", "run-agent-3", "run-agent-4");
  private static final int RUNS = 5;
  private static final int MOST_PULLS = 20;
  private static final long PROMISED_MILLIS = 15_000;
  private static final Duration BACK = Duration.ofMinutes(1);

  /** Agents that are killed at least: {@code -Dslipway.faults.agent-kills}. */
  private static final int KILLS = Integer.getInteger("slipway.faults.agent-kills", 9);

  private final Stage stage = Stage.shared();
  private final Parts parts = stage.parts();
  private final MidStep steps = new MidStep(stage, AGENTS);
  private final List<Long> delays = new ArrayList<>();

  /** Prints the time from the kill until the next attempt's step is a process. */
  @Test
  void shouldStartTheRunsOfKilledAgentsElsewhere() throws Exception {
    withFourAgents();
    int kills = 0;
    Load load = Load.byHand(stage);
    pullEverywhere(load);
    while (kills < KILLS) {
      kills += killMidStep(load);
    }
    load.stop();
    print(kills);

    new Checker(stage, load).judge(kills + " agents killed in mid-step");
  }

  private void withFourAgents() {
    Platform platform = stage.platform();
    platform.slipway("down").succeeded();
    platform
        .slipway("up", "--detach", "--agents", "4", "--port-base", "" + platform.portBase())
        .succeeded();
  }

  /** The first pull of an image belongs to no kill. */
  private void pullEverywhere(Load load) {
    Set<String> cold = new HashSet<>(AGENTS);
    for (int tries = 0; tries < MOST_PULLS && !cold.isEmpty(); tries++) {
      cold.removeAll(steps.begin(load, Tasks.BRIEF, RUNS).keySet());
      Platform.await("all runs are over", BACK, () -> stage.steps().alive().isEmpty());
    }
    assertThat(cold).as("agents that had no run yet").isEmpty();
  }

  /** Ends when all their runs have ended, so that no run loses two agents; answers how many. */
  private int killMidStep(Load load) {
    Map<String, List<String>> byAgent = steps.begin(load, Tasks.BRIEF, RUNS);
    List<String> killed = new ArrayList<>(byAgent.keySet());
    killed.retainAll(AGENTS);
    if (killed.size() == AGENTS.size()) {
      killed.remove(stage.random().nextInt(killed.size()));
    }
    List<ProcessHandle> old = killed.stream().map(parts::kill).toList();
    delays.addAll(
        steps.awaitSecondAttempts(killed.stream().flatMap(a -> byAgent.get(a).stream()).toList()));
    Platform.await("all runs are over", BACK, () -> stage.steps().alive().isEmpty());
    for (int i = 0; i < killed.size(); i++) {
      parts.awaitSuccessor(killed.get(i), old.get(i));
    }
    return killed.size();
  }

  private void print(int kills) {
    delays.sort(null);
    System.out.printf(
        "faults: %d kills, begun elsewhere after p50 %d ms, p99 %d ms, longest %d ms (%d runs,"
            + " %d of them after 15 s)%n",
        kills,
        delays.get((delays.size() - 1) / 2),
        delays.get((int) Math.ceil(delays.size() * 0.99) - 1),
        delays.getLast(),
        delays.size(),
        delays.stream().filter(delay -> delay > PROMISED_MILLIS).count());
  }
}
