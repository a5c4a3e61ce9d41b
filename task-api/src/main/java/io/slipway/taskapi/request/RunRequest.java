package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code scheduleRun} is asked for. */
public sealed interface RunRequest {

  /** Whether the run is kept for good. */
  boolean archive();

  /**
   * A run of a task.
   *
   * @param task its name
   * @param override what the run does otherwise than the task says
   */
  record OfTask(String task, StepOverride override, boolean archive) implements RunRequest {}

  /**
   * A run of what the request itself says.
   *
   * @param runType {@code QuickBuild} or {@code QuickRun}
   * @param settings platform, agentConfiguration, timeout and credentials, as a task has them
   * @param step as a task has it
   * @param secrets name to value of its secret values and arguments
   * @param registries login server to credential; null where the request names one without
   */
  record Quick(
      String runType,
      ObjectNode settings,
      ObjectNode step,
      Map<String, String> secrets,
      Map<String, @Nullable JsonNode> registries,
      boolean archive)
      implements RunRequest {
    @Override
    public String toString() { // without the values
      return "Quick[" + runType + ", " + secrets.keySet() + ", " + registries.keySet() + "]";
    }
  }
}
