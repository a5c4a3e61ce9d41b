package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code properties} of a task's body into the form that is stored: complete with
 * defaults, checked, and without secrets, which come out apart. What it does not know is dropped,
 * so that nothing secret can hide in it. Pure.
 */
final class TaskReader {
  private static final String AT = "properties";

  private final Problems problems = new Problems("InvalidTask");
  private final SecretCollector secrets = new SecretCollector();
  private final SettingsReader settings = new SettingsReader(problems, AT);

  private List<String> warnings = List.of();

  private TaskReader() {}

  /**
   * What a body comes to.
   *
   * @param properties to be stored
   * @param secrets name to value; null where the body names a secret without its value
   * @param registries login server to credential; null where the body names one without
   * @param warnings what is odd in its task file
   */
  record Result(
      ObjectNode properties,
      Map<String, @Nullable String> secrets,
      Map<String, @Nullable JsonNode> registries,
      List<String> warnings) {
    @Override
    public String toString() { // without the values
      return "Result[" + secrets.keySet() + ", " + registries.keySet() + "]";
    }
  }

  /** Reads the properties with their task file; fails with 400 naming all that is wrong. */
  static Result read(JsonNode body) {
    return read(body, true);
  }

  /**
   * The same.
   *
   * @param withFile whether the task file is looked into; one that is stored already need not be
   */
  static Result read(JsonNode body, boolean withFile) {
    TaskReader reader = new TaskReader();
    ObjectNode properties = reader.properties(body, withFile);
    reader.problems.throwIfAny();
    return new Result(
        properties, reader.secrets.found(), reader.settings.registries(), reader.warnings);
  }

  private ObjectNode properties(JsonNode body, boolean withFile) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put(
        "status", problems.oneOf(body, AT, "status", "Enabled", List.of("Enabled", "Disabled")));
    settings.read(body, read);
    boolean system = problems.flag(body, AT, "isSystemTask", false);
    JsonNode step = body.path("step");
    if (step.isObject()) {
      read.set("step", step(step, withFile));
    } else if (!system) {
      problems.add(AT + ".step", "is missing");
    }
    read.set("trigger", new TriggerReader(problems, secrets).read(body.path("trigger")));
    read.put("isSystemTask", system);
    return read;
  }

  private ObjectNode step(JsonNode body, boolean withFile) {
    String at = AT + ".step";
    String type =
        problems.oneOf(body, at, "type", "", List.of("Docker", "FileTask", "EncodedTask"));
    if (body.path("type").asText("").isBlank()) {
      problems.add(at + ".type", "is missing");
    }
    StepReader reader = new StepReader(problems, secrets, at);
    ObjectNode read = reader.read(type, body);
    if (withFile) {
      warnings = reader.check(read);
    }
    return read;
  }
}
