package io.slipway.taskapi.definition;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked for, by {@code scheduleRun}, by a task run or by an event. */
public sealed interface RunRequest {
  /** Whether the run is kept for good. */
  boolean archive();

  /** Name to value of the secrets that are for this run alone. */
  Map<String, String> secrets();

  /**
   * A run of a task.
   *
   * @param task its name
   * @param override how the run differs from what the task says
   */
  record OfTask(String task, StepOverride override, boolean archive) implements RunRequest {
    /**
     * Whether the run does what the caller says with the secrets and credentials of the task. It
     * takes the right to change the task, since it comes to the same.
     */
    public boolean bringsItsOwnFiles() {
      return override.contextPath() != null || override.file() != null;
    }

    @Override
    public Map<String, String> secrets() {
      return override.secrets();
    }
  }

  /**
   * A run of what the request itself says.
   *
   * @param registries login server to credential; null where the request names one without
   */
  record Quick(
      RunSettings settings,
      Step step,
      Map<String, String> secrets,
      Map<String, @Nullable RegistryCredential> registries,
      boolean archive)
      implements RunRequest {
    @Override
    public String toString() { // without the values
      return "Quick[" + secrets.keySet() + ", " + registries.keySet() + "]";
    }
  }
}
