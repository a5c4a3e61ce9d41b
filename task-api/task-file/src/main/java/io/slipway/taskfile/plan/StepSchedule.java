package io.slipway.taskfile.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says which steps may start. A failed step ends the run at once, as in the original, unless a step
 * asks for it: in a run that has failed, only those steps start that name a condition other than
 * success, and those that come after a step which handles a failure. While one of them runs or may
 * still start, the run goes on.
 */
public final class StepSchedule {
  private StepSchedule() {}

  /**
   * Steps that may start now, in the order of the file.
   *
   * @param states states by step id; a step without one waits
   */
  public static List<PlannedStep> ready(StepPlan plan, Map<String, StepState> states) {
    View view = new View(plan, states);
    return plan.steps().stream()
        .filter(step -> view.waits(step) && view.mayStart.contains(step.id()))
        .filter(step -> step.after().stream().allMatch(view::holds))
        .toList();
  }

  /** Steps that wait and can start no more, in the order of the file. */
  public static List<PlannedStep> skipped(StepPlan plan, Map<String, StepState> states) {
    View view = new View(plan, states);
    return plan.steps().stream()
        .filter(step -> view.waits(step) && !view.mayStart.contains(step.id()))
        .toList();
  }

  /**
   * Whether the run has come to its end: nothing may start, and either nothing runs or the run has
   * failed and what still runs is not asked for (it is to be stopped).
   */
  public static boolean isOver(StepPlan plan, Map<String, StepState> states) {
    View view = new View(plan, states);
    return plan.steps().stream()
        .noneMatch(
            step -> view.mayStart.contains(step.id()) || view.runs(step) && view.isAllowed(step));
  }

  /** Whether the run has failed: a step failed and does not ignore that. */
  public static boolean hasFailed(Map<String, StepState> states) {
    return states.values().stream().anyMatch(StepState.Failed.class::isInstance);
  }

  /** The plan at one moment. A step comes after earlier ones only, so one pass tells all. */
  private static final class View {
    private final Map<String, StepState> given;

    /** As given, and those skipped that can start no more. */
    private final Map<String, StepState> states;

    private final boolean failed;

    /** Waiting steps that may start, now or later. */
    private final Set<String> mayStart = new HashSet<>();

    /** Steps that a failure started or may start, and those after them. */
    private final Set<String> handling = new HashSet<>();

    View(StepPlan plan, Map<String, StepState> given) {
      this.given = given;
      this.states = new HashMap<>(given);
      this.failed = hasFailed(given);
      for (PlannedStep step : plan.steps()) {
        if (step.after().stream().anyMatch(this::handles)) {
          handling.add(step.id());
        }
        if (!waits(step)) {
          continue;
        }
        if (isAllowed(step) && step.after().stream().allMatch(this::mayHold)) {
          mayStart.add(step.id());
        } else {
          states.put(step.id(), StepState.SKIPPED);
          handling.remove(step.id());
        }
      }
    }

    boolean waits(PlannedStep step) {
      return !given.containsKey(step.id());
    }

    boolean runs(PlannedStep step) {
      return states.get(step.id()) instanceof StepState.Running;
    }

    boolean isAllowed(PlannedStep step) {
      return !failed
          || handling.contains(step.id())
          || step.after().stream().anyMatch(after -> after.ends().isNamed());
    }

    boolean holds(After after) {
      StepState state = states.get(after.stepId());
      return state != null && after.ends().contains(state);
    }

    private boolean mayHold(After after) {
      StepState state = states.get(after.stepId());
      return state == null || !state.hasEnded() || after.ends().contains(state);
    }

    /** Whether this condition ties a step to the handling of a failure. */
    private boolean handles(After after) {
      if (handling.contains(after.stepId())) {
        return true;
      }
      StepState state = states.get(after.stepId());
      boolean mayFail =
          state == null
              || !state.hasEnded()
              || state instanceof StepState.Failed && after.ends().contains(state);
      return mayFail
          && (after.ends() instanceof Ends.Failed || after.ends() instanceof Ends.ExitCode);
    }
  }
}
