package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.definition.GivenTask;
import io.slipway.taskapi.definition.RunSettings;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code properties} of a task's body: complete with defaults, checked, and without
 * secrets, which come out separately. Unknown properties are dropped, so that nothing secret can
 * hide in them.
 */
public final class TaskReader {
  private static final String AT = "properties";

  private final Problems problems = new Problems("InvalidTask");
  private final SecretCollector secrets = new SecretCollector();
  private final SettingsReader settings = new SettingsReader(problems, AT);

  private final List<String> warnings = new ArrayList<>();

  private TaskReader() {}

  /** Reads the properties with their task file; fails with 400 naming all that is wrong. */
  public static GivenTask read(JsonNode body) {
    return read(body, true);
  }

  /**
   * Reads the properties; fails with 400 naming all that is wrong.
   *
   * @param withFile whether the task file is planned; one that is stored already need not be
   */
  public static GivenTask read(JsonNode body, boolean withFile) {
    TaskReader reader = new TaskReader();
    TaskDefinition definition = reader.definition(body, withFile);
    reader.problems.throwIfAny();
    return new GivenTask(
        definition, reader.secrets.found(), reader.settings.registries(), reader.warnings);
  }

  private TaskDefinition definition(JsonNode body, boolean withFile) {
    String status = problems.oneOf(body, AT, "status", "Enabled", List.of("Enabled", "Disabled"));
    boolean system = problems.flag(body, AT, "isSystemTask", false);
    RunSettings runSettings = settings.read(body);
    Triggers triggers = new TriggerReader(problems, secrets).read(body.path("trigger"));
    if (runSettings.logTemplate() != null) {
      warnings.add("properties.logTemplate is kept and shown; no artifact is made of a log yet");
    }
    return new TaskDefinition(
        status, runSettings, step(body.path("step"), system, withFile), triggers, system);
  }

  private @Nullable Step step(JsonNode body, boolean system, boolean withFile) {
    String at = AT + ".step";
    if (!body.isObject()) {
      if (!system) {
        problems.add(at, "is missing, must have a type, which is one of " + StepReader.TYPES);
      }
      return null;
    }
    String type = problems.oneOf(body, at, "type", "", StepReader.TYPES);
    if (body.path("type").asText("").isBlank()) {
      problems.add(at + ".type", "is missing, must be one of " + StepReader.TYPES);
    }
    StepReader reader = new StepReader(problems, secrets, at);
    Step read = reader.read(type, body);
    if (withFile) {
      warnings.addAll(reader.check(read));
    }
    return read;
  }
}
