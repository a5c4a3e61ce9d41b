package io.slipway.agent.step;

import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import java.util.Map;

/** Plans for tests, read from a task file as every plan is. */
final class Steps {
  private Steps() {}

  static StepPlan plan(String file) {
    RunVariables run =
        new RunVariables(
            "ca1", "127.0.0.1:1", "r", "20260101-000000z", "linux", "amd64", "v", "", "", "", "t");
    Result result = PlanTaskFile.plan(file, PlanInput.of(ExpansionInput.of(run.asMap(), Map.of())));
    if (result instanceof Result.Planned planned) {
      return planned.plan();
    }
    throw new AssertionError(result.toString());
  }

  /** The one step of a file, with these further properties of its own. */
  static PlannedStep step(String properties) {
    return plan("steps:\n- cmd: alpine true\n  id: only\n" + properties.indent(2)).steps().get(0);
  }
}
