package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the step of a task, or the request of a quick run, which has the same fields. Pure. */
public final class StepReader {
  /** Name of the secret that opens the context; no value can have it, for its first character. */
  public static final String CONTEXT_TOKEN = "@contextAccessToken";

  private final Problems problems;
  private final SecretCollector secrets;
  private final String at;

  /**
   * A reader.
   *
   * @param at where the fields are, for messages; empty for the body itself
   */
  public StepReader(Problems problems, SecretCollector secrets, String at) {
    this.problems = problems;
    this.secrets = secrets;
    this.at = at;
  }

  /**
   * Reads the step.
   *
   * @param type {@code Docker}, {@code FileTask}, {@code EncodedTask}, or another, which has no
   *     fields of its own
   */
  public ObjectNode read(String type, JsonNode body) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("type", type);
    read.put("contextPath", none(problems.text(body, at, "contextPath")));
    contextToken(body, read);
    switch (type) {
      case "Docker" -> docker(body, read);
      case "FileTask" -> {
        read.put("taskFilePath", problems.required(body, at, "taskFilePath"));
        read.put("valuesFilePath", problems.text(body, at, "valuesFilePath"));
        read.set("values", pairs(body, "values"));
      }
      case "EncodedTask" -> {
        read.put("encodedTaskContent", base64(body, "encodedTaskContent", true));
        read.put("encodedValuesContent", base64(body, "encodedValuesContent", false));
        read.set("values", pairs(body, "values"));
      }
      default -> {}
    }
    return read;
  }

  /**
   * Plans the task file of a step that was read, if it has one.
   *
   * @return what is worth a warning; what is wrong is among the problems
   */
  public List<String> check(ObjectNode read) {
    return read.path("encodedTaskContent").isTextual()
        ? TaskFileCheck.check(problems, Problems.at(at, "encodedTaskContent"), read)
        : List.of();
  }

  /** {@code /dev/null} in any case is how the CLI says: no context. */
  public static @Nullable String none(@Nullable String context) {
    return context == null || context.isBlank() || context.equalsIgnoreCase("/dev/null")
        ? null
        : context;
  }

  private void docker(JsonNode body, ObjectNode read) {
    read.set("imageNames", problems.texts(body, at, "imageNames"));
    read.put("isPushEnabled", problems.flag(body, at, "isPushEnabled", true));
    read.put("noCache", problems.flag(body, at, "noCache", false));
    read.put("dockerFilePath", problems.required(body, at, "dockerFilePath"));
    read.put("target", problems.text(body, at, "target"));
    read.set("arguments", pairs(body, "arguments"));
  }

  private void contextToken(JsonNode body, ObjectNode read) {
    String token = problems.text(body, at, "contextAccessToken");
    boolean kept = body.path("hasContextAccessToken").asBoolean(false);
    if (token != null && !token.isEmpty()) {
      secrets.add(CONTEXT_TOKEN, token);
    } else if (kept) {
      secrets.add(CONTEXT_TOKEN, null);
    }
    // Not of ARM, and not shown: says that the broker has one.
    read.put("hasContextAccessToken", kept || (token != null && !token.isEmpty()));
  }

  private @Nullable String base64(JsonNode body, String name, boolean required) {
    String text = required ? problems.required(body, at, name) : problems.text(body, at, name);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      byte[] content = Base64.getMimeDecoder().decode(text);
      if (required && new String(content, StandardCharsets.UTF_8).isBlank()) {
        problems.add(Problems.at(at, name), "is empty");
      }
    } catch (IllegalArgumentException wrong) {
      problems.add(Problems.at(at, name), "is not base64");
      return null;
    }
    return text;
  }

  /** Values or arguments: names with texts, those that are secret without them. */
  public ArrayNode pairs(JsonNode body, String name) {
    ArrayNode read = JsonNodeFactory.instance.arrayNode();
    JsonNode list = body.path(name);
    if (list.isMissingNode() || list.isNull()) {
      return read;
    }
    if (!list.isArray()) {
      problems.add(Problems.at(at, name), "must be a list");
      return read;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String item = Problems.at(at, name) + "[" + i + "]";
      String key = problems.required(list.get(i), item, "name");
      if (!key.isEmpty() && !names.add(key)) {
        problems.add(item + ".name", "'" + key + "' is there twice");
      }
      if (key.startsWith("@")) {
        problems.add(item + ".name", "must not begin with @");
      }
      read.add(pair(list.get(i), item, key));
    }
    return read;
  }

  private ObjectNode pair(JsonNode item, String itemAt, String key) {
    ObjectNode pair = JsonNodeFactory.instance.objectNode().put("name", key);
    String value = problems.text(item, itemAt, "value");
    if (problems.flag(item, itemAt, "isSecret", false)) {
      secrets.add(key, value);
      return pair.put("isSecret", true);
    }
    return pair.put("value", value == null ? "" : value).put("isSecret", false);
  }
}
