package io.slipway.taskapi.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.task.Task;
import java.util.Map;

/** The values of a {@code RunRequested} as what a call would override. Pure. */
final class RunRequestValues {

  private RunRequestValues() {}

  static ObjectNode override(Task task, Map<String, String> values) {
    boolean docker = task.properties().path("step").path("type").asText().equals("Docker");
    ObjectNode override = JsonNodeFactory.instance.objectNode();
    ArrayNode list = override.putArray(docker ? "arguments" : "values");
    values.forEach((name, value) -> list.addObject().put("name", name).put("value", value));
    return override;
  }
}
