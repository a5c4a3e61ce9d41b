package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import io.slipway.taskapi.task.SecretCollector;
import io.slipway.taskapi.task.StepReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a task does otherwise than the task says. Pure.
 *
 * @param contextPath another context, or null
 * @param file another task file or Dockerfile, or null
 * @param target another target of the build, or null
 * @param pairs values or arguments that are added or replaced, without those of the other kind
 * @param secrets name to value of those that are secret
 */
public record StepOverride(
    @Nullable String contextPath,
    @Nullable String file,
    @Nullable String target,
    Map<String, ArrayNode> pairs,
    Map<String, String> secrets) {
  private static final String AT = "overrideTaskStepProperties";

  /** Nothing is otherwise. */
  public static final StepOverride NONE = new StepOverride(null, null, null, Map.of(), Map.of());

  /** Reads the field of a request. */
  static StepOverride read(Problems problems, JsonNode body) {
    SecretCollector secrets = new SecretCollector();
    StepReader reader = new StepReader(problems, secrets, AT);
    Map<String, ArrayNode> pairs =
        Map.of(
            "values", reader.pairs(body, "values"), "arguments", reader.pairs(body, "arguments"));
    return new StepOverride(
        StepReader.none(problems.text(body, AT, "contextPath")),
        textOrNull(problems.text(body, AT, "file")),
        textOrNull(problems.text(body, AT, "target")),
        pairs,
        RunSecrets.complete(problems, AT, secrets));
  }

  /** Values for a task, or the arguments of one that builds a Dockerfile. */
  static StepOverride values(String list, Map<String, String> values) {
    ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
    values.forEach((name, value) -> pairs.add(pair(name, value)));
    return new StepOverride(null, null, null, Map.of(list, pairs), Map.of());
  }

  /** The pairs of a list. */
  ArrayNode of(String list) {
    ArrayNode found = pairs.get(list);
    return found == null ? JsonNodeFactory.instance.arrayNode() : found;
  }

  private static ObjectNode pair(String name, String value) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("value", value)
        .put("isSecret", false);
  }

  private static @Nullable String textOrNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  @Override
  public String toString() { // without the values
    return "StepOverride[" + contextPath + ", " + file + ", " + target + "]";
  }
}
