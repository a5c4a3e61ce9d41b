package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import java.util.List;
import java.util.Map;

/** Plans texts in tests, for a run of its own. */
final class Plans {
  static final RunVariables RUN =
      new RunVariables(
          "cf10",
          "127.0.0.1:8453",
          "myregistry",
          "20190614-224732z",
          "linux",
          "amd64",
          "acb_vol_1",
          "",
          "",
          "",
          "helloworldtask");
  static final PlanInput INPUT =
      PlanInput.of(ExpansionInput.of(RUN.asMap(), Map.of("name", "hello")));

  private Plans() {}

  static Result plan(String text) {
    return PlanTaskFile.plan(text, INPUT);
  }

  static StepPlan planned(String text) {
    return planned(text, INPUT);
  }

  static StepPlan planned(String text, PlanInput input) {
    Result result = PlanTaskFile.plan(text, input);
    assertThat(result).isInstanceOf(Result.Planned.class);
    return ((Result.Planned) result).plan();
  }

  /** The only step of a file, given by its properties in flow style. */
  static PlannedStep step(String properties) {
    return planned("steps: [{" + properties + "}]").steps().get(0);
  }

  static ContainerOptions container(String properties) {
    return step(properties).container();
  }

  static List<Problem> warnings(String text) {
    Result result = plan(text);
    return result instanceof Result.Planned planned
        ? planned.warnings()
        : ((Result.Refused) result).warnings();
  }

  static List<Problem> problems(String text) {
    Result result = plan(text);
    assertThat(result).isInstanceOf(Result.Refused.class);
    return ((Result.Refused) result).problems();
  }

  static Problem refused(String text) {
    return problems(text).get(0);
  }
}
