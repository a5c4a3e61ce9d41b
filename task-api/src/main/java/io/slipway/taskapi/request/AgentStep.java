package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.source.SourcePath;
import io.slipway.taskapi.task.StepReader;
import io.slipway.taskapi.task.TaskSecrets;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step in the words of {@code docs/interfaces.md} section 4: what ARM has, with what one run does
 * otherwise. Pure.
 *
 * @param json the step
 * @param buildSource uploaded source that it works on, or null
 */
record AgentStep(ObjectNode json, @Nullable UUID buildSource) {

  static AgentStep of(JsonNode step, StepOverride override) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    String type = step.path("type").asText();
    asked.put("type", type);
    String stored = step.path("contextPath").asText(null);
    String context = override.contextPath() == null ? stored : override.contextPath();
    Optional<UUID> uploaded = Optional.ofNullable(context).flatMap(SourcePath::id);
    asked.put("contextPath", uploaded.isPresent() ? null : context);
    asked.put("buildSource", uploaded.map(UUID::toString).orElse(null));
    Set<String> secretNames = TaskSecrets.stepNames(step);
    if (!sameServer(stored, context)) {
      // Who may run a task but not write it must not be able to have its token sent elsewhere.
      secretNames.remove(StepReader.CONTEXT_TOKEN);
    }
    switch (type) {
      case "EncodedTask" -> {
        asked.put("taskContent", step.path("encodedTaskContent").asText());
        asked.put("valuesContent", step.path("encodedValuesContent").asText(null));
        asked.set("values", pairs(step, override, "values", secretNames));
      }
      case "FileTask" -> {
        asked.put("taskFilePath", file(step, override, "taskFilePath"));
        asked.put("valuesFilePath", step.path("valuesFilePath").asText(null));
        asked.set("values", pairs(step, override, "values", secretNames));
      }
      default -> {
        asked.set("imageNames", step.path("imageNames"));
        asked.put("isPushEnabled", step.path("isPushEnabled").asBoolean(true));
        asked.put("noCache", step.path("noCache").asBoolean(false));
        asked.put("dockerFilePath", file(step, override, "dockerFilePath"));
        asked.put(
            "target",
            override.target() == null ? step.path("target").asText(null) : override.target());
        asked.set("arguments", pairs(step, override, "arguments", secretNames));
      }
    }
    ArrayNode names = asked.putArray("secretNames");
    secretNames.forEach(names::add);
    return new AgentStep(asked, uploaded.orElse(null));
  }

  private static String file(JsonNode step, StepOverride override, String name) {
    return override.file() == null ? step.path(name).asText() : override.file();
  }

  /** The values that are not secret; the names of those that are go to {@code secretNames}. */
  private static ArrayNode pairs(
      JsonNode step, StepOverride override, String list, Set<String> secretNames) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (JsonNode pair : step.path(list)) {
      if (!pair.path("isSecret").asBoolean(false)) {
        pairs.put(pair.path("name").asText(), pair.path("value").asText());
      }
    }
    for (JsonNode pair : override.of(list)) {
      String name = pair.path("name").asText();
      if (pair.path("isSecret").asBoolean(false)) {
        pairs.remove(name);
        secretNames.add(name);
      } else {
        pairs.put(name, pair.path("value").asText(""));
        secretNames.remove(name);
      }
    }
    ArrayNode asked = JsonNodeFactory.instance.arrayNode();
    pairs.forEach((name, value) -> asked.addObject().put("name", name).put("value", value));
    return asked;
  }

  private static boolean sameServer(@Nullable String stored, @Nullable String asked) {
    if (Objects.equals(stored, asked)) {
      return true;
    }
    return stored != null
        && asked != null
        && server(stored).isPresent()
        && server(stored).equals(server(asked));
  }

  private static Optional<String> server(String context) {
    int fragment = context.indexOf('#');
    String address = fragment < 0 ? context : context.substring(0, fragment);
    try {
      URI uri = URI.create(address);
      return uri.getScheme() == null || uri.getRawAuthority() == null
          ? Optional.empty()
          : Optional.of((uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }
}
