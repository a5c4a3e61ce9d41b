package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@code trigger} of a task. Pure. */
final class TriggerReader {
  private static final String AT = "properties.trigger";
  private static final List<String> SWITCH = List.of("Enabled", "Disabled");

  private final Problems problems;
  private final SecretCollector secrets;

  TriggerReader(Problems problems, SecretCollector secrets) {
    this.problems = problems;
    this.secrets = secrets;
  }

  /** Name of the secret that a source trigger has. */
  static String tokenName(String trigger, String field) {
    return "@sourceTrigger/" + trigger + "/" + field;
  }

  ObjectNode read(JsonNode body) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    ArrayNode timers = read.putArray("timerTriggers");
    each(body, "timerTriggers", (item, at) -> timers.add(timer(item, at)));
    ArrayNode sources = read.putArray("sourceTriggers");
    each(body, "sourceTriggers", (item, at) -> sources.add(source(item, at)));
    JsonNode base = body.path("baseImageTrigger");
    read.set("baseImageTrigger", base.isObject() ? baseImage(base) : null);
    return read;
  }

  private interface Item {
    void read(JsonNode item, String at);
  }

  private void each(JsonNode body, String name, Item reader) {
    JsonNode list = body.path(name);
    for (int i = 0; i < list.size(); i++) {
      reader.read(list.get(i), AT + "." + name + "[" + i + "]");
    }
  }

  private ObjectNode timer(JsonNode body, String at) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", problems.required(body, at, "name"))
        .put("schedule", problems.required(body, at, "schedule"))
        .put("status", problems.oneOf(body, at, "status", "Enabled", SWITCH));
  }

  private ObjectNode source(JsonNode body, String at) {
    String name = problems.required(body, at, "name");
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("name", name);
    read.put("status", problems.oneOf(body, at, "status", "Enabled", SWITCH));
    read.set("sourceTriggerEvents", problems.texts(body, at, "sourceTriggerEvents"));
    JsonNode repository = body.path("sourceRepository");
    String in = at + ".sourceRepository";
    ObjectNode kept = read.putObject("sourceRepository");
    kept.put(
        "sourceControlType",
        problems.oneOf(
            repository,
            in,
            "sourceControlType",
            "Github",
            List.of("Github", "VisualStudioTeamService")));
    kept.put("repositoryUrl", problems.required(repository, in, "repositoryUrl"));
    kept.put("branch", problems.text(repository, in, "branch"));
    JsonNode auth = repository.path("sourceControlAuthProperties");
    if (auth.isObject()) {
      auth(auth, in + ".sourceControlAuthProperties", name, kept);
    }
    return read;
  }

  private void auth(JsonNode body, String at, String trigger, ObjectNode repository) {
    ObjectNode kept = repository.putObject("sourceControlAuthProperties");
    kept.put("tokenType", problems.oneOf(body, at, "tokenType", "PAT", List.of("PAT", "OAuth")));
    kept.put("scope", problems.text(body, at, "scope"));
    token(body, at, trigger, "token");
    token(body, at, trigger, "refreshToken");
  }

  private void token(JsonNode body, String at, String trigger, String field) {
    @Nullable String value = problems.text(body, at, field);
    if (value != null && !value.isEmpty()) {
      secrets.add(tokenName(trigger, field), value);
    }
  }

  private ObjectNode baseImage(JsonNode body) {
    String at = AT + ".baseImageTrigger";
    return JsonNodeFactory.instance
        .objectNode()
        .put(
            "baseImageTriggerType",
            problems.oneOf(body, at, "baseImageTriggerType", "Runtime", List.of("All", "Runtime")))
        .put(
            "updateTriggerPayloadType",
            problems.oneOf(
                body, at, "updateTriggerPayloadType", "Default", List.of("Default", "Token")))
        .put("status", problems.oneOf(body, at, "status", "Enabled", SWITCH))
        .put("name", problems.required(body, at, "name"));
  }
}
