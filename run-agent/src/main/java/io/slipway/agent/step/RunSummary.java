package io.slipway.agent.step;

import io.slipway.agent.decision.DependencyText;
import io.slipway.contract.ImageDependency;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.StepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the log says about steps and images at the end of a run that succeeded. */
final class RunSummary {
  private final StepPlan plan;
  private final StepTools tools;

  RunSummary(StepPlan plan, StepTools tools) {
    this.plan = plan;
    this.tools = tools;
  }

  void write(Map<String, StepState> states, ToDoubleFunction<String> seconds) {
    List<ImageDependency> found = new ArrayList<>();
    for (PlannedStep step : plan.steps()) {
      tools.log(line(step.id(), states.get(step.id()), seconds.applyAsDouble(step.id())));
      if (tools.built().hasStep(step.id())) {
        tools.log("Populating digests for step ID: " + step.id() + "...");
        found.addAll(tools.built().dependencies(step.id(), tools.engine()));
        tools.log("Successfully populated digests for step ID: " + step.id());
      }
    }
    if (!found.isEmpty()) {
      tools.log("The following dependencies were found:");
      tools.log("");
      for (ImageDependency dependency : found) {
        tools.attempt().dependencies().add(dependency);
        DependencyText.lines(dependency).forEach(tools.attempt().log()::plain);
      }
    }
  }

  static String line(String stepId, @Nullable StepState state, double seconds) {
    String status =
        switch (state) {
          case null -> "skipped";
          case StepState.Succeeded succeeded -> "successful";
          case StepState.Ignored ignored -> "successful";
          case StepState.Failed failed -> "failed";
          case StepState.Skipped skipped -> "skipped";
          case StepState.Running running -> "inprogress";
        };
    return String.format(
        Locale.ROOT,
        "Step ID: %s marked as %s (elapsed time in seconds: %f)",
        stepId,
        status,
        seconds);
  }
}
