package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * What a PATCH means for the stored properties of a task: what is absent, null or empty stays; a
 * step of another type replaces the step; triggers are merged by name; a registry with null is
 * removed. Pure.
 */
public final class TaskPatch {
  private static final Set<String> BY_NAME = Set.of("timerTriggers", "sourceTriggers");

  private TaskPatch() {}

  /** The properties after the patch, to be read by {@link TaskReader} as if they had been PUT. */
  public static ObjectNode merge(ObjectNode stored, JsonNode patch) {
    ObjectNode merged = stored.deepCopy();
    keepTokens(merged);
    JsonNode step = patch.path("step");
    String type = step.path("type").asText("");
    if (!type.isEmpty() && !type.equalsIgnoreCase(stored.path("step").path("type").asText())) {
      merged.remove("step");
    }
    mergeInto(merged, withoutEmptyTrigger(stored, patch));
    customRegistries(merged, patch.path("credentials").path("customRegistries"));
    return merged;
  }

  /** A token of a source trigger stays until the patch brings another one. */
  private static void keepTokens(ObjectNode merged) {
    for (JsonNode trigger : merged.path("trigger").path("sourceTriggers")) {
      JsonNode auth = trigger.path("sourceRepository").path("sourceControlAuthProperties");
      if (auth instanceof ObjectNode kept) {
        kept.put(TriggerReader.HAS_TOKENS, true);
      }
    }
  }

  /** The CLI names the base image trigger in every update, also of a task that has none. */
  private static JsonNode withoutEmptyTrigger(ObjectNode stored, JsonNode patch) {
    boolean had = stored.path("trigger").path("baseImageTrigger").isObject();
    JsonNode asked = patch.path("trigger").path("baseImageTrigger");
    if (had || !asked.isObject() || asked.size() > 1) {
      return patch;
    }
    ObjectNode without = patch.deepCopy();
    ((ObjectNode) without.path("trigger")).remove("baseImageTrigger");
    return without;
  }

  private static void mergeInto(ObjectNode target, JsonNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (value.isNull() || name.equals("customRegistries")) {
        continue;
      }
      if (value.isObject()) {
        JsonNode there = target.path(name);
        mergeInto(there.isObject() ? (ObjectNode) there : target.putObject(name), value);
      } else if (value.isArray()) {
        mergeList(target, name, value);
      } else {
        target.set(name, value);
      }
    }
  }

  private static void mergeList(ObjectNode target, String name, JsonNode value) {
    if (value.isEmpty()) {
      return;
    }
    if (BY_NAME.contains(name) && target.path(name) instanceof ArrayNode there) {
      value.forEach(item -> mergeNamed(there, item));
    } else {
      target.set(name, value);
    }
  }

  private static void mergeNamed(ArrayNode list, JsonNode item) {
    String name = item.path("name").asText();
    for (JsonNode there : list) {
      if (there.path("name").asText().equals(name)) {
        mergeInto((ObjectNode) there, item);
        return;
      }
    }
    list.add(item);
  }

  private static void customRegistries(ObjectNode merged, JsonNode patch) {
    if (!patch.isObject()) {
      return;
    }
    ObjectNode credentials = merged.withObject("/credentials");
    ObjectNode registries = credentials.withObject("/customRegistries");
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      if (entry.getValue().isNull()) {
        registries.remove(entry.getKey());
      } else {
        registries.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
