package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which secrets a stored task has at the broker; their names follow from its properties. Pure. */
public final class TaskSecrets {

  private TaskSecrets() {}

  /** Names of all. */
  static Set<String> names(ObjectNode properties) {
    Set<String> names = stepNames(properties.path("step"));
    for (JsonNode trigger : properties.path("trigger").path("sourceTriggers")) {
      String name = trigger.path("name").asText();
      if (trigger.path("sourceRepository").has("sourceControlAuthProperties")) {
        names.add(TriggerReader.tokenName(name, "token"));
        names.add(TriggerReader.tokenName(name, "refreshToken"));
      }
    }
    return names;
  }

  /** Names of those that a run of the step may need. */
  public static Set<String> stepNames(JsonNode step) {
    Set<String> names = new LinkedHashSet<>();
    for (String list : new String[] {"values", "arguments"}) {
      for (JsonNode pair : step.path(list)) {
        if (pair.path("isSecret").asBoolean(false)) {
          names.add(pair.path("name").asText());
        }
      }
    }
    if (step.path("hasContextAccessToken").asBoolean(false)) {
      names.add(StepReader.CONTEXT_TOKEN);
    }
    return names;
  }
}
