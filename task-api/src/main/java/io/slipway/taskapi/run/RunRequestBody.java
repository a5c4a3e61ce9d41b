package io.slipway.taskapi.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code scheduleRun}. Pure.
 *
 * @param task name of the task
 * @param override what the request changes of the task's step
 * @param archive whether the run is kept for good
 */
record RunRequestBody(String task, JsonNode override, boolean archive) {
  private static final int LONGEST_KEY = 200;

  /** Reads a request to a registry; fails with 400. */
  static RunRequestBody read(JsonNode body, String registryId) {
    String type = body.path("type").asText("");
    if (!type.equals("TaskRunRequest")) {
      throw ArmException.of(
          400,
          "RunRequestTypeNotSupported",
          "type is '"
              + type
              + "'. TaskRunRequest is supported: create a task (az acr task create) and run it"
              + " (az acr task run).");
    }
    String pool = body.path("agentPoolName").asText("");
    if (!pool.isBlank()) {
      throw ArmException.of(
          400, "AgentPoolNotFound", "agentPoolName: there is no agent pool '" + pool + "'.");
    }
    String taskId = body.path("taskId").asText("");
    String task =
        ResourceId.childName(registryId, "tasks", taskId)
            .orElseThrow(() ->
                ArmException.invalid(
                    "taskId is '"
                        + taskId
                        + "', must be the id of a task of this registry: "
                        + registryId
                        + "/tasks/<name>."));
    return new RunRequestBody(
        task,
        body.path("overrideTaskStepProperties"),
        body.path("isArchiveEnabled").asBoolean(false));
  }

  /** What makes repeated requests of a caller one, or null without a key. */
  static ScheduleRun.@Nullable Idempotency idempotency(
      String principal, @Nullable String key, JsonNode body) {
    if (key == null || key.isBlank()) {
      return null;
    }
    if (key.length() > LONGEST_KEY) {
      throw ArmException.invalid("Idempotency-Key has more than " + LONGEST_KEY + " characters.");
    }
    return new ScheduleRun.Idempotency("call:" + principal + ":" + key, digest(body.toString()));
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256 is missing", impossible);
    }
  }
}
