package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F06, F11: an agent is stopped or drained in the middle of steps. */
@Tag("faults")
@Order(20)
class LostAgentsIT {
  private static final Stage STAGE = Stage.shared();
  private static final MidStep RUNS = new MidStep(STAGE, Parts.AGENTS);
  private static final int NUMBER = 4;

  /** The process table says it: the old step has ended when the new one begins. */
  @Test
  void shouldEndTheStepsOfAStoppedAgentBeforeOthersBegin() throws Exception {
    Load load = Load.byHand(STAGE);
    Map<String, List<String>> byAgent = RUNS.begin(load, Tasks.MEDIUM, NUMBER);
    String agent = RUNS.busiest(byAgent);
    Map<String, ProcessHandle> old = new ConcurrentHashMap<>();
    for (String run : byAgent.get(agent)) {
      STAGE.steps().process(run).ifPresent(process -> old.put(run, process));
    }
    ProcessHandle stopped = STAGE.parts().process(agent);
    Parts.signal("STOP", stopped);
    try {
      RUNS.awaitSecondAttempts(byAgent.get(agent));
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
    String agent = RUNS.busiest(RUNS.begin(load, Tasks.MEDIUM, NUMBER));
    ProcessHandle old = STAGE.parts().terminate(agent);
    STAGE.parts().awaitSuccessor(agent, old);
    load.stop();

    new Checker(STAGE, load).judge(agent + " told to stop in mid-step");
  }

  /** A process that has ended stays in the table while its parent is stopped. */
  private static boolean isAtWork(ProcessHandle process) {
    return StepWatch.isAlive(process.pid());
  }
}
