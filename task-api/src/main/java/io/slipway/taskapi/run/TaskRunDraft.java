package io.slipway.taskapi.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskSecrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run of a task is to do: the task as it is now, with what the request overrides. Pure. */
final class TaskRunDraft {

  private TaskRunDraft() {}

  /** Fails with 400 for a task that may not run. */
  static void checkEnabled(Task task) {
    if (!task.isEnabled()) {
      throw ArmException.of(400, "TaskDisabled", "The task '" + task.name() + "' is disabled.");
    }
    if (!task.properties().path("step").isObject()) {
      throw ArmException.of(400, "TaskHasNoStep", "The task '" + task.name() + "' has no step.");
    }
  }

  static Run.Origin origin(Task task, String trigger) {
    JsonNode properties = task.properties();
    JsonNode platform = properties.path("platform");
    boolean build = properties.path("step").path("type").asText().equals("Docker");
    return new Run.Origin(
        RunKind.TASK,
        build ? "AutoBuild" : "AutoRun",
        trigger,
        "default",
        new Platform(
            platform.path("os").asText("linux"),
            platform.path("architecture").asText("amd64"),
            platform.path("variant").asText(null)),
        properties.path("agentConfiguration").path("cpu").asInt(2),
        properties.path("timeout").asInt(3600),
        customRegistries(properties));
  }

  /**
   * The specification.
   *
   * @param override {@code overrideTaskStepProperties} of the request, or a missing node
   */
  static StoredSpec spec(Registry registry, Task task, JsonNode override) {
    JsonNode properties = task.properties();
    List<String> logins = new ArrayList<>();
    boolean own =
        !properties.at("/credentials/sourceRegistry/loginMode").asText("Default").equals("None");
    if (own) {
      logins.add(registry.requireLoginServer());
    }
    logins.addAll(customRegistries(properties));
    return new StoredSpec(
        registry.id(),
        registry.requireLoginServer(),
        logins,
        step(properties.path("step"), override));
  }

  private static List<String> customRegistries(JsonNode properties) {
    List<String> servers = new ArrayList<>();
    properties.at("/credentials/customRegistries").fieldNames().forEachRemaining(servers::add);
    return servers;
  }

  private static ObjectNode step(JsonNode step, JsonNode override) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    String type = step.path("type").asText();
    asked.put("type", type);
    String context = override.path("contextPath").asText("");
    asked.put(
        "contextPath",
        context.isBlank() || context.equals("/dev/null")
            ? step.path("contextPath").asText(null)
            : context);
    Set<String> secretNames = TaskSecrets.stepNames(step);
    switch (type) {
      case "EncodedTask" -> {
        asked.put("taskContent", step.path("encodedTaskContent").asText());
        asked.put("valuesContent", step.path("encodedValuesContent").asText(null));
        asked.set("values", pairs(step, override, "values", secretNames));
      }
      case "FileTask" -> {
        asked.put("taskFilePath", file(step, override, "taskFilePath"));
        asked.put("valuesFilePath", step.path("valuesFilePath").asText(null));
        asked.set("values", pairs(step, override, "values", secretNames));
      }
      default -> {
        asked.set("imageNames", step.path("imageNames"));
        asked.put("isPushEnabled", step.path("isPushEnabled").asBoolean(true));
        asked.put("noCache", step.path("noCache").asBoolean(false));
        asked.put("dockerFilePath", file(step, override, "dockerFilePath"));
        String target = override.path("target").asText("");
        asked.put("target", target.isBlank() ? step.path("target").asText(null) : target);
        asked.set("arguments", pairs(step, override, "arguments", secretNames));
      }
    }
    ArrayNode names = asked.putArray("secretNames");
    secretNames.forEach(names::add);
    return asked;
  }

  private static String file(JsonNode step, JsonNode override, String name) {
    String file = override.path("file").asText("");
    return file.isBlank() ? step.path(name).asText() : file;
  }

  private static ArrayNode pairs(
      JsonNode step, JsonNode override, String list, Set<String> secretNames) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (JsonNode pair : step.path(list)) {
      if (!pair.path("isSecret").asBoolean(false)) {
        pairs.put(pair.path("name").asText(), pair.path("value").asText());
      }
    }
    for (JsonNode pair : override.path(list)) {
      String name = pair.path("name").asText("");
      if (name.isBlank()) {
        throw ArmException.invalid("overrideTaskStepProperties." + list + ": a name is missing");
      }
      if (pair.path("isSecret").asBoolean(false)) {
        throw ArmException.of(
            400,
            "SecretOverrideNotSupported",
            "overrideTaskStepProperties.%s '%s' is secret: a secret value cannot be given to one run; set it on the task (az acr task update --set-secret)."
                .formatted(list, name));
      }
      pairs.put(name, pair.path("value").asText(""));
      secretNames.remove(name);
    }
    ArrayNode asked = JsonNodeFactory.instance.arrayNode();
    pairs.forEach((name, value) -> asked.addObject().put("name", name).put("value", value));
    return asked;
  }
}
