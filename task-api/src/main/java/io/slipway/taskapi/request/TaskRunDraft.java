package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.task.Task;
import java.util.ArrayList;
import java.util.List;

/** What a run is to do, from the properties of a task or of a request. Pure. */
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

  /** Value of {@code runType} for a task. */
  static String runType(Task task) {
    boolean build = task.properties().at("/step/type").asText().equals("Docker");
    return build ? "AutoBuild" : "AutoRun";
  }

  /**
   * Where the run comes from and what it asks for.
   *
   * @param settings platform, agentConfiguration, timeout and credentials
   * @param ownCredentials whether the broker keeps something for this run alone
   */
  static Run.Origin origin(
      JsonNode settings, String runType, String trigger, AgentStep step, boolean ownCredentials) {
    JsonNode platform = settings.path("platform");
    return new Run.Origin(
        RunKind.TASK,
        runType,
        trigger,
        "default",
        new Platform(
            platform.path("os").asText("linux"),
            platform.path("architecture").asText("amd64"),
            platform.path("variant").asText(null)),
        settings.path("agentConfiguration").path("cpu").asInt(2),
        settings.path("timeout").asInt(3600),
        customRegistries(settings),
        ownCredentials,
        step.buildSource());
  }

  /**
   * The specification.
   *
   * @param mayActAs principals besides those of the task and the registry
   */
  static StoredSpec spec(
      Registry registry, JsonNode settings, List<String> mayActAs, AgentStep step) {
    List<String> logins = new ArrayList<>();
    boolean own =
        !settings.at("/credentials/sourceRegistry/loginMode").asText("Default").equals("None");
    if (own) {
      logins.add(registry.requireLoginServer());
    }
    logins.addAll(customRegistries(settings));
    return new StoredSpec(
        registry.id(), registry.requireLoginServer(), logins, mayActAs, step.json());
  }

  private static List<String> customRegistries(JsonNode settings) {
    List<String> servers = new ArrayList<>();
    settings.at("/credentials/customRegistries").fieldNames().forEachRemaining(servers::add);
    return servers;
  }
}
