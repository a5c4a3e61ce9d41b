package io.slipway.taskapi.definition;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a task differs from what the task says.
 *
 * @param contextPath another context, or null
 * @param file another task file or Dockerfile, or null
 * @param target another target of the build, or null
 * @param values values of the task file that are added or replaced
 * @param arguments arguments of the build that are added or replaced
 * @param secrets name to value of the values and arguments that are secret
 */
public record StepOverride(
    @Nullable String contextPath,
    @Nullable String file,
    @Nullable String target,
    List<StepValue> values,
    List<StepValue> arguments,
    Map<String, String> secrets) {
  /** The run does what the task says. */
  public static final StepOverride NONE =
      new StepOverride(null, null, null, List.of(), List.of(), Map.of());

  /** Values for a task file, or arguments for a Dockerfile, whichever the task has. */
  public static StepOverride values(Map<String, String> values) {
    List<StepValue> open =
        values.entrySet().stream()
            .map(entry -> StepValue.open(entry.getKey(), entry.getValue()))
            .toList();
    return new StepOverride(null, null, null, open, open, Map.of());
  }

  /** The values that concern a step. */
  List<StepValue> of(Step step) {
    return step instanceof Step.DockerBuild ? arguments : values;
  }

  @Override
  public String toString() { // without the values
    return "StepOverride[" + contextPath + ", " + file + ", " + target + "]";
  }
}
