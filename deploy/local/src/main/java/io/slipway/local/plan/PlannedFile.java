package io.slipway.local.plan;

import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.StepPlan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task file says.
 *
 * @param name the file as it was named
 * @param plan its plan, or null if it has problems
 * @param problems what is wrong; empty if there is a plan
 * @param warnings what is worth a warning
 * @param bases what its build steps build from, by the id of the step
 */
public record PlannedFile(
    String name,
    @Nullable StepPlan plan,
    List<Problem> problems,
    List<Problem> warnings,
    Map<String, BuildBases> bases) {

  /** A file that cannot be planned. */
  static PlannedFile refused(String name, List<Problem> problems, List<Problem> warnings) {
    return new PlannedFile(name, null, problems, warnings, Map.of());
  }
}
