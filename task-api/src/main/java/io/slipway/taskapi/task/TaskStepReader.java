package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code step} of a task. Pure. */
final class TaskStepReader {
  /** Name of the secret that opens the context; no value can have it, for its first character. */
  static final String CONTEXT_TOKEN = "@contextAccessToken";

  private static final String AT = "properties.step";

  private final Problems problems;
  private final TaskReader.SecretCollector secrets;

  TaskStepReader(Problems problems, TaskReader.SecretCollector secrets) {
    this.problems = problems;
    this.secrets = secrets;
  }

  ObjectNode read(JsonNode body) {
    String type =
        problems.oneOf(body, AT, "type", "", List.of("Docker", "FileTask", "EncodedTask"));
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("type", type);
    String context = problems.text(body, AT, "contextPath");
    // "/dev/null" is how the CLI says: none.
    read.put("contextPath", context == null || context.equals("/dev/null") ? null : context);
    contextToken(body, read);
    switch (type) {
      case "Docker" -> docker(body, read);
      case "FileTask" -> {
        read.put("taskFilePath", problems.required(body, AT, "taskFilePath"));
        read.put("valuesFilePath", problems.text(body, AT, "valuesFilePath"));
        read.set("values", pairs(body, "values"));
      }
      case "EncodedTask" -> {
        read.put("encodedTaskContent", base64(body, "encodedTaskContent", true));
        read.put("encodedValuesContent", base64(body, "encodedValuesContent", false));
        read.set("values", pairs(body, "values"));
      }
      default -> {
        if (body.path("type").asText("").isBlank()) {
          problems.add(AT + ".type is missing");
        }
      }
    }
    return read;
  }

  private void docker(JsonNode body, ObjectNode read) {
    read.set("imageNames", TaskReader.texts(problems, body, AT, "imageNames"));
    read.put("isPushEnabled", problems.flag(body, AT, "isPushEnabled", true));
    read.put("noCache", problems.flag(body, AT, "noCache", false));
    read.put("dockerFilePath", problems.required(body, AT, "dockerFilePath"));
    read.put("target", problems.text(body, AT, "target"));
    read.set("arguments", pairs(body, "arguments"));
  }

  private void contextToken(JsonNode body, ObjectNode read) {
    String token = problems.text(body, AT, "contextAccessToken");
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
    String text = required ? problems.required(body, AT, name) : problems.text(body, AT, name);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      Base64.getMimeDecoder().decode(text);
      if (required
          && new String(
                  Base64.getMimeDecoder().decode(text), java.nio.charset.StandardCharsets.UTF_8)
              .isBlank()) {
        problems.add(AT + "." + name + " is empty");
      }
    } catch (IllegalArgumentException wrong) {
      problems.add(AT + "." + name + " is not base64");
    }
    return text;
  }

  private ArrayNode pairs(JsonNode body, String name) {
    ArrayNode read = JsonNodeFactory.instance.arrayNode();
    JsonNode list = body.path(name);
    if (list.isMissingNode() || list.isNull()) {
      return read;
    }
    if (!list.isArray()) {
      problems.add(AT + "." + name + " must be a list");
      return read;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String at = AT + "." + name + "[" + i + "]";
      String key = problems.required(list.get(i), at, "name");
      if (!key.isEmpty() && !names.add(key)) {
        problems.add(at + ".name '" + key + "' is there twice");
      }
      if (key.startsWith("@")) {
        problems.add(at + ".name must not begin with @");
      }
      read.add(pair(list.get(i), at, key));
    }
    return read;
  }

  private ObjectNode pair(JsonNode item, String at, String key) {
    ObjectNode pair = JsonNodeFactory.instance.objectNode().put("name", key);
    String value = problems.text(item, at, "value");
    if (problems.flag(item, at, "isSecret", false)) {
      secrets.add(key, value);
      return pair.put("isSecret", true);
    }
    return pair.put("value", value == null ? "" : value).put("isSecret", false);
  }
}
