package io.slipway.taskapi.body;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmError;
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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plans the task file of an EncodedTask as a run would, so that what is wrong is said when it is
 * given. Whatever depends on something that only a run knows (values that may still come, secrets,
 * files and addresses of aliases, functions) is left to the run. Pure.
 */
final class TaskFileCheck {
  private static final Pattern ACTION =
      Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?\\}\\}", Pattern.DOTALL);
  private static final Pattern KNOWN = Pattern.compile("\\.(Run|Build|Values)\\.(\\w+)");
  private static final Pattern ALIAS_SOURCE = Pattern.compile("(?m)^\\s*(-\\s*)?src\\s*:");

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
          "task");

  private TaskFileCheck() {}

  /**
   * Adds what is wrong with the file to the problems.
   *
   * @param at path of the step, for messages
   * @return what is worth a warning
   */
  static List<String> check(Problems problems, String at, Step.EncodedTask step) {
    String text = decoded(step.encodedTaskContent());
    Map<String, Object> values;
    try {
      values = SetValues.over(ValuesFile.parse(decoded(step.encodedValuesContent())), open(step));
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
        if (isKnown(text, values)) {
          refused
              .problems()
              .forEach(
                  problem -> problems.add(inner(Problems.at(at, "encodedTaskContent"), problem)));
        }
        yield List.of();
      }
    };
  }

  private static String decoded(@Nullable String base64) {
    byte[] content = Base64.getMimeDecoder().decode(base64 == null ? "" : base64);
    return new String(content, StandardCharsets.UTF_8);
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

  /** Whether the file says the same in every run, so that what is wrong now is wrong always. */
  private static boolean isKnown(String text, Map<String, Object> values) {
    if (ALIAS_SOURCE.matcher(text).find()) {
      return false;
    }
    Matcher action = ACTION.matcher(text);
    while (action.find()) {
      Matcher known = KNOWN.matcher(action.group(1));
      if (!known.matches()
          || (known.group(1).equals("Values") && !values.containsKey(known.group(2)))) {
        return false;
      }
    }
    return true;
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
