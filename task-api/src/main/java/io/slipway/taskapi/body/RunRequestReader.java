package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.RunSettings;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.StepOverride;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code scheduleRun}, or the {@code runRequest} of a task run. */
public final class RunRequestReader {
  private static final String OF_TASK = "TaskRunRequest";

  /** The kinds of requests that bring their own step, and the kind of that step. */
  private static final Map<String, String> STEPS =
      Map.of(
          "DockerBuildRequest", TaskStep.DOCKER,
          "FileTaskRunRequest", TaskStep.FILE_TASK,
          "EncodedTaskRunRequest", TaskStep.ENCODED_TASK);

  private static final List<String> TYPES =
      List.of("DockerBuildRequest", "FileTaskRunRequest", "EncodedTaskRunRequest", OF_TASK);
  private static final String OVERRIDE = "overrideTaskStepProperties";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Problems problems;
  private final String at;

  private RunRequestReader(Problems problems, String at) {
    this.problems = problems;
    this.at = at;
  }

  /** Whether the request brings its own step, which may take long to read. */
  public static boolean hasStep(JsonNode body) {
    return !body.path("type").asText().equals(OF_TASK);
  }

  /** Reads a request to a registry; fails with 400 naming all that is wrong. */
  public static RunRequest read(JsonNode body, String registryId) {
    Problems problems = new Problems("InvalidRunRequest");
    RunRequest read = new RunRequestReader(problems, "").request(body, registryId);
    problems.throwIfAny();
    return read;
  }

  /**
   * Reads the request of a task run; fails with 400 naming all that is wrong.
   *
   * @param identities what the task run is to have
   */
  public static RunRequest ofTaskRun(JsonNode body, IdentityRequest identities, String registryId) {
    Problems problems = new Problems("InvalidTaskRun");
    RunRequest read =
        new RunRequestReader(problems, "properties.runRequest").request(body, registryId);
    boolean identity = identities.system() || !identities.user().isEmpty();
    if (read instanceof RunRequest.OfTask && identity) {
      problems.add(
          "identity",
          "does not go with a TaskRunRequest, whose run has the identities of its task");
    }
    problems.throwIfAny();
    return read;
  }

  /**
   * Reads what an event asks for, which is a body of {@code scheduleRun}; fails with 400 naming all
   * that is wrong. Events are kept and read by many: secrets are not among them, but references to
   * a key vault may be.
   *
   * @param task name of the task that the event names, whose request needs no type and no id; or
   *     null
   */
  public static RunRequest ofEvent(
      Map<String, Object> request, @Nullable String task, String registryId) {
    Problems problems = new Problems("InvalidRunRequest");
    ObjectNode body = JSON.valueToTree(request);
    if (task != null) {
      body.put("type", OF_TASK);
      body.put("taskId", registryId + "/tasks/" + task);
    }
    RunRequest read = new RunRequestReader(problems, "request").request(body, registryId);
    if (!read.secrets().isEmpty()) {
      problems.add("request", "has secret values, which no event may have: keep them in a task");
    }
    if (read instanceof RunRequest.Quick quick) {
      quick
          .registries()
          .forEach((server, credential) -> {
            if (credential != null && credential.isOpaque()) {
              problems.add(
                  "request.credentials.customRegistries." + server,
                  "has a user name or password, which no event may have: give an identity or"
                      + " addresses in a key vault (type Vaultsecret)");
            }
          });
    }
    problems.throwIfAny();
    return read;
  }

  private RunRequest request(JsonNode body, String registryId) {
    String type = problems.oneOf(body, at, "type", OF_TASK, TYPES);
    if (body.path("type").asText("").isBlank()) {
      problems.add(Problems.at(at, "type"), "is missing, must be one of " + TYPES);
    }
    String step = STEPS.get(type);
    (step == null ? ArmFields.TASK_RUN_REQUEST : ArmFields.QUICK_RUN_REQUEST)
        .check(problems, at, body);
    boolean archive = problems.flag(body, at, "isArchiveEnabled", false);
    return step == null ? ofTask(body, registryId, archive) : quick(step, body, archive);
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
    return new RunRequest.OfTask(task, override(body.path(OVERRIDE)), archive);
  }

  private StepOverride override(JsonNode body) {
    SecretCollector secrets = new SecretCollector();
    StepReader reader = new StepReader(problems, secrets, OVERRIDE);
    return new StepOverride(
        reader.context(body, "contextPath", false),
        textOrNull(problems.text(body, OVERRIDE, "file")),
        textOrNull(problems.text(body, OVERRIDE, "target")),
        reader.values(body, "values"),
        reader.values(body, "arguments"),
        secrets.complete(problems, OVERRIDE));
  }

  private RunRequest quick(String stepType, JsonNode body, boolean archive) {
    SecretCollector secrets = new SecretCollector();
    if (body.path("platform").path("os").asText("").isBlank()) {
      problems.add(Problems.at(at, "platform.os"), "is missing, must be linux");
    }
    SettingsReader settingsReader = new SettingsReader(problems, at);
    RunSettings settings = settingsReader.read(body);
    StepReader stepReader = new StepReader(problems, secrets, at);
    Step step = Objects.requireNonNull(stepReader.readQuick(stepType, body));
    stepReader.check(step); // what is worth a warning is in the run's log
    if (!(step instanceof Step.EncodedTask) && step.contextPath() == null) {
      problems.add(
          Problems.at(at, "sourceLocation"),
          "is missing: the file is read from there. It takes a git or archive address, or the"
              + " relativePath of listBuildSourceUploadUrl");
    }
    return new RunRequest.Quick(
        settings, step, secrets.complete(problems, at), settingsReader.registries(), archive);
  }

  private static @Nullable String textOrNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
