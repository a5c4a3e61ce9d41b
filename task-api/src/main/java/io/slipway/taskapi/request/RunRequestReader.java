package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.task.SecretCollector;
import io.slipway.taskapi.task.SettingsReader;
import io.slipway.taskapi.task.StepReader;
import java.util.List;

/** Reads the body of {@code scheduleRun}, or the {@code runRequest} of a task run. Pure. */
public final class RunRequestReader {
  private static final List<String> TYPES =
      List.of(
          "DockerBuildRequest", "FileTaskRunRequest", "EncodedTaskRunRequest", "TaskRunRequest");

  private final Problems problems;
  private final String at;

  private RunRequestReader(Problems problems, String at) {
    this.problems = problems;
    this.at = at;
  }

  /** Reads a request to a registry; fails with 400 naming all that is wrong. */
  static RunRequest read(JsonNode body, String registryId) {
    Problems problems = new Problems("InvalidRunRequest");
    RunRequest read = read(problems, "", body, registryId);
    problems.throwIfAny();
    return read;
  }

  /**
   * Reads a request, whose problems are to be looked at before it is used.
   *
   * @param at where it is, for messages; empty for the body itself
   */
  public static RunRequest read(Problems problems, String at, JsonNode body, String registryId) {
    return new RunRequestReader(problems, at).request(body, registryId);
  }

  private RunRequest request(JsonNode body, String registryId) {
    String type = problems.oneOf(body, at, "type", "", TYPES);
    if (body.path("type").asText("").isBlank()) {
      problems.add(Problems.at(at, "type"), "is missing, must be one of " + TYPES);
    }
    boolean archive = problems.flag(body, at, "isArchiveEnabled", false);
    return switch (type) {
      case "DockerBuildRequest" -> quick("QuickBuild", "Docker", body, archive);
      case "FileTaskRunRequest" -> quick("QuickRun", "FileTask", body, archive);
      case "EncodedTaskRunRequest" -> quick("QuickRun", "EncodedTask", body, archive);
      default -> ofTask(body, registryId, archive);
    };
  }

  private RunRequest ofTask(JsonNode body, String registryId, boolean archive) {
    SettingsReader.pool(problems, body, at);
    String taskId = problems.text(body, at, "taskId");
    String task =
        ResourceId.childName(registryId, "tasks", taskId == null ? "" : taskId).orElse("");
    if (task.isEmpty()) {
      problems.add(
          Problems.at(at, "taskId"),
          "is '%s', must be the id of a task of this registry: %s/tasks/<name>"
              .formatted(taskId, registryId));
    }
    return new RunRequest.OfTask(
        task, StepOverride.read(problems, body.path("overrideTaskStepProperties")), archive);
  }

  private RunRequest quick(String runType, String stepType, JsonNode body, boolean archive) {
    SecretCollector secrets = new SecretCollector();
    SettingsReader reader = new SettingsReader(problems, at);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    if (body.path("platform").path("os").asText("").isBlank()) {
      problems.add(Problems.at(at, "platform.os"), "is missing");
    }
    reader.read(body, settings);
    StepReader steps = new StepReader(problems, secrets, at);
    ObjectNode step = steps.read(stepType, located(body));
    steps.check(step); // what is worth a warning the run's log says
    if (!stepType.equals("EncodedTask") && step.path("contextPath").isNull()) {
      problems.add(
          Problems.at(at, "sourceLocation"),
          "is missing: the file is read from there. It takes a git or archive address, or the"
              + " relativePath of listBuildSourceUploadUrl");
    }
    return new RunRequest.Quick(
        runType,
        settings,
        step,
        RunSecrets.complete(problems, at, secrets),
        reader.registries(),
        archive);
  }

  /** A request has its context in {@code sourceLocation}, and no token for it. */
  private ObjectNode located(JsonNode body) {
    ObjectNode step = JsonNodeFactory.instance.objectNode();
    if (body instanceof ObjectNode fields) {
      step.setAll(fields);
    }
    step.remove(List.of("contextAccessToken", "hasContextAccessToken"));
    step.put("contextPath", problems.text(body, at, "sourceLocation"));
    return step;
  }
}
