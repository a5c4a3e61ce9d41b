package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.taskrun.TaskRun;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task run as ARM shows it. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TaskRunView(
    String id,
    String name,
    String type,
    String location,
    Map<String, String> tags,
    TaskView.@Nullable Identity identity,
    Properties properties) {
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Properties(
      String provisioningState,
      JsonNode runRequest,
      @Nullable RunView runResult,
      @Nullable String forceUpdateTag) {}

  /**
   * The view.
   *
   * @param request what was asked for, as it may be shown
   * @param run its latest run, or null if there is none (any more)
   */
  static TaskRunView of(String registryId, TaskRun taskRun, JsonNode request, @Nullable Run run) {
    return new TaskRunView(
        taskRun.id(),
        taskRun.name(),
        "Microsoft.ContainerRegistry/registries/taskRuns",
        taskRun.location(),
        taskRun.tags(),
        TaskView.identity(taskRun.identity()),
        new Properties(
            provisioningState(run),
            request,
            run == null ? null : RunView.of(registryId, run),
            taskRun.forceUpdateTag()));
  }

  /** Whether a client that follows the deployment may stop asking. */
  boolean isFinal() {
    return !properties.provisioningState.equals("Creating");
  }

  private static String provisioningState(@Nullable Run run) {
    if (run == null) {
      return "Failed";
    }
    if (!(run.state() instanceof RunState.Finished finished)) {
      return "Creating";
    }
    return switch (finished.outcome()) {
      case SUCCEEDED -> "Succeeded";
      case CANCELED -> "Canceled";
      case FAILED, TIMEOUT, ERROR -> "Failed";
    };
  }
}
