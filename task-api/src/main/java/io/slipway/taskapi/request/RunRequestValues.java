package io.slipway.taskapi.request;

import io.slipway.taskapi.task.Task;
import java.util.Map;

/** The values of a {@code RunRequested} as what a call would override. Pure. */
final class RunRequestValues {

  private RunRequestValues() {}

  static StepOverride override(Task task, Map<String, String> values) {
    boolean docker = task.properties().at("/step/type").asText().equals("Docker");
    return StepOverride.values(docker ? "arguments" : "values", values);
  }
}
