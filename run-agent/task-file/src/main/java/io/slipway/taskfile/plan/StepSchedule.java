package io.slipway.taskfile.plan;

import java.util.List;
import java.util.Map;

/** Says which steps may start. */
public final class StepSchedule {
  private StepSchedule() {}

  /**
   * Steps that wait for nothing any more, in the order of the file; none once a step has failed.
   */
  public static List<PlannedStep> ready(StepPlan plan, Map<String, StepState> states) {
    if (states.containsValue(StepState.FAILED)) {
      return List.of();
    }
    return plan.steps().stream()
        .filter(step -> states.getOrDefault(step.id(), StepState.WAITING) == StepState.WAITING)
        .filter(step -> step.after().stream().allMatch(id -> states.get(id) == StepState.SUCCEEDED))
        .toList();
  }

  /** Whether nothing runs and nothing may start. */
  public static boolean isOver(StepPlan plan, Map<String, StepState> states) {
    return !states.containsValue(StepState.RUNNING) && ready(plan, states).isEmpty();
  }
}
