package io.slipway.agent.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.run.Attempt;
import io.slipway.agent.run.RunFailedException;
import io.slipway.taskfile.plan.PlanTaskFile;
import io.slipway.taskfile.plan.PlanTaskFile.Result;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the plan of a run from what its specification says. */
@ApplicationScoped
class PlanRun {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);

  private final InstantSource clock;

  PlanRun(InstantSource clock) {
    this.clock = clock;
  }

  StepPlan plan(Attempt attempt) throws RunFailedException {
    JsonNode step = attempt.spec().step();
    String type = step.path("type").asText();
    if (!type.equals("EncodedTask")) {
      throw new RunFailedException(
          "steps of type '"
              + type
              + "' are not supported yet; define the task with a task file and --context"
              + " /dev/null");
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
        spec.platform().os().toLowerCase(Locale.ROOT),
        spec.platform().architecture(),
        "acb_vol_" + spec.runUid(),
        "",
        "",
        task == null ? "" : task);
  }
}
