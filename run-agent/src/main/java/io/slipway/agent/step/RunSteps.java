package io.slipway.agent.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.log.LineBuffer;
import io.slipway.agent.run.Attempt;
import io.slipway.agent.run.RunFailedException;
import io.slipway.taskfile.plan.PlanTaskFile;
import io.slipway.taskfile.plan.PlanTaskFile.Result;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.StepSchedule;
import io.slipway.taskfile.plan.StepState;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans a task file and executes its steps in their order. */
@ApplicationScoped
public class RunSteps {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);
  private static final String ALIASES =
      "Alias support enabled for version >= 1.1.0, please see https://aka.ms/acr/tasks/task-aliases for more information.";

  private final ExecuteStep executeStep;
  private final InstantSource clock;

  RunSteps(ExecuteStep executeStep, InstantSource clock) {
    this.executeStep = executeStep;
    this.clock = clock;
  }

  /** Logs in to the registries of the run. */
  @FunctionalInterface
  public interface LogIn {
    /** Tries them all. */
    void run(Attempt attempt) throws RunFailedException, InterruptedException;
  }

  /** Executes the steps of an attempt. */
  public void run(Attempt attempt, LogIn logIn)
      throws RunFailedException, InterruptedException, IOException {
    StepPlan plan = plan(attempt);
    if (plan.aliases()) {
      attempt.log().engine(ALIASES);
    }
    try (StepRuntime runtime = executeStep.open(attempt)) {
      runtime.networks(plan);
      attempt.log().engine("Setting up Docker configuration...");
      attempt.log().engine("Successfully set up Docker configuration");
      logIn.run(attempt);
      steps(attempt, plan, runtime);
    }
  }

  private void steps(Attempt attempt, StepPlan plan, StepRuntime runtime)
      throws RunFailedException, InterruptedException {
    Map<String, StepState> states = new HashMap<>();
    Map<String, Double> seconds = new LinkedHashMap<>();
    while (!StepSchedule.isOver(plan, states)) {
      PlannedStep step = StepSchedule.ready(plan, states).get(0);
      long begun = clock.millis();
      runtime.execute(step);
      states.put(step.id(), StepState.SUCCEEDED);
      seconds.put(step.id(), (clock.millis() - begun) / 1000.0);
    }
    seconds.forEach((id, elapsed) ->
        attempt
            .log()
            .engine(
                "Step ID: %s marked as successful (elapsed time in seconds: %f)"
                    .formatted(id, elapsed)));
    runtime.dependencies();
  }

  private StepPlan plan(Attempt attempt) throws RunFailedException {
    JsonNode step = attempt.spec().step();
    String type = step.path("type").asText();
    if (!type.equals("EncodedTask")) {
      throw new RunFailedException(
          "steps of type '"
              + type
              + "' are not supported yet; define the task with a task file and --context /dev/null");
    }
    Map<String, String> values = new LinkedHashMap<>();
    step.path("values")
        .forEach(value -> values.put(value.path("name").asText(), value.path("value").asText()));
    String text =
        new String(
            Base64.getMimeDecoder().decode(step.path("taskContent").asText()),
            StandardCharsets.UTF_8);
    Result result = PlanTaskFile.plan(text, variables(attempt), values);
    if (result instanceof Result.Planned planned) {
      planned.warnings().forEach(warning -> attempt.log().engine("WARNING: " + warning));
      return planned.plan();
    }
    List<String> problems =
        ((Result.Refused) result).problems().stream().map(String::valueOf).toList();
    throw new RunFailedException(
        "failed to unmarshal task before running: " + String.join("; ", problems));
  }

  private RunVariables variables(Attempt attempt) {
    var spec = attempt.spec();
    String task = spec.task();
    return new RunVariables(
        spec.runId(),
        spec.loginServer(),
        spec.registry(),
        DATE.format(clock.instant()),
        spec.platform().os().toLowerCase(java.util.Locale.ROOT),
        spec.platform().architecture(),
        "acb_vol_" + spec.runUid(),
        "",
        "",
        task == null ? "" : task);
  }

  static LineBuffer lines(Attempt attempt) {
    return new LineBuffer(attempt.log()::output);
  }
}
