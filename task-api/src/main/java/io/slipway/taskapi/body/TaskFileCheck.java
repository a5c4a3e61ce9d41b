package io.slipway.taskapi.body;

import io.slipway.taskapi.arm.ArmError;
import io.slipway.taskapi.definition.AgentStep;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.StepValue;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.values.SetValues;
import io.slipway.taskfile.values.ValuesFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans the task file of an EncodedTask as a run would, so that what is wrong is said when it is
 * given. Whatever depends on something that only a run knows (values that may still come, secrets,
 * files and addresses of aliases, functions) is left to the run. Pure.
 */
final class TaskFileCheck {
  /** A run whose names have the right form; a plan does not depend on more. */
  private static final RunVariables RUN =
      new RunVariables(
          "ca1",
          "registry.example",
          "registry",
          "20260101-000000z",
          "linux",
          "amd64",
          "home",
          "",
          "",
          "",
          "task");

  private TaskFileCheck() {}

  /**
   * Adds what is wrong with the file to the problems.
   *
   * @param at path of the step, for messages
   * @return what is worth a warning
   */
  static List<String> check(Problems problems, String at, Step.EncodedTask step) {
    String text = AgentStep.decoded(step.encodedTaskContent());
    Map<String, Object> values;
    try {
      values =
          SetValues.over(
              ValuesFile.parse(AgentStep.decoded(step.encodedValuesContent())), open(step));
    } catch (Refusal malformed) {
      problems.add(
          inner(
              Problems.at(at, "encodedValuesContent"),
              new Problem(malformed.line(), malformed.column(), "", malformed.text())));
      return List.of();
    }
    PlanInput input = PlanInput.of(ExpansionInput.of(RUN.asMap(), values));
    return switch (PlanTaskFile.plan(text, input)) {
      case PlanTaskFile.Result.Planned planned ->
          planned.warnings().stream().map(Problem::toString).toList();
      case PlanTaskFile.Result.Refused refused -> {
        // What is wrong now is wrong always.
        if (PlanTaskFile.isPlain(text, values.keySet(), false)) {
          refused
              .problems()
              .forEach(
                  problem -> problems.add(inner(Problems.at(at, "encodedTaskContent"), problem)));
        }
        yield List.of();
      }
    };
  }

  private static Map<String, String> open(Step step) {
    Map<String, String> values = new LinkedHashMap<>();
    for (StepValue value : step.values()) {
      if (value.value() != null) {
        values.put(value.name(), value.value());
      }
    }
    return values;
  }

  private static ArmError.Inner inner(String target, Problem problem) {
    return new ArmError.Inner(
        "InvalidTaskFile",
        target,
        problem.toString(),
        List.of(
            new ArmError.MoreInfo(
                "TaskFilePosition",
                Map.of(
                    "line",
                    problem.line(),
                    "column",
                    problem.column(),
                    "property",
                    problem.property()))));
  }
}
