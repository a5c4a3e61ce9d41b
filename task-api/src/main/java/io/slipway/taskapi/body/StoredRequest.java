package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.definition.ContextCredentials;
import java.util.List;

/**
 * A {@code runRequest} as it is stored and shown: the fields that are known, without secret values
 * and passwords. Unknown fields are dropped, so that nothing secret can hide in them.
 */
public final class StoredRequest {
  private static final List<String> KNOWN =
      List.of(
          "type",
          "isArchiveEnabled",
          "agentPoolName",
          "logTemplate",
          "platform",
          "agentConfiguration",
          "timeout",
          "sourceLocation",
          "imageNames",
          "isPushEnabled",
          "noCache",
          "dockerFilePath",
          "target",
          "arguments",
          "taskFilePath",
          "valuesFilePath",
          "values",
          "encodedTaskContent",
          "encodedValuesContent",
          "taskId",
          "credentials",
          "overrideTaskStepProperties");
  private static final List<String> OVERRIDES =
      List.of("contextPath", "file", "target", "arguments", "values");

  private StoredRequest() {}

  /** The form to be stored. */
  public static ObjectNode of(JsonNode request) {
    ObjectNode stored = only(request, KNOWN);
    retain(stored, "platform", List.of("os", "architecture", "variant"));
    retain(stored, "agentConfiguration", List.of("cpu"));
    withoutValues(stored);
    withoutCredentials(stored, "sourceLocation");
    if (stored.has("overrideTaskStepProperties")) {
      ObjectNode override = only(stored.path("overrideTaskStepProperties"), OVERRIDES);
      withoutValues(override);
      withoutCredentials(override, "contextPath");
      stored.set("overrideTaskStepProperties", override);
    }
    if (stored.path("credentials") instanceof ObjectNode credentials) {
      ObjectNode kept = only(credentials, List.of("sourceRegistry"));
      retain(kept, "sourceRegistry", List.of("loginMode", "identity"));
      ObjectNode registries = kept.putObject("customRegistries");
      credentials
          .path("customRegistries")
          .properties()
          .forEach(entry -> registries.set(entry.getKey(), credential(entry.getValue())));
      stored.set("credentials", kept);
    }
    return stored;
  }

  /** What is shown: of a registry's credential nothing but its login server. */
  public static ObjectNode shown(ObjectNode stored) {
    ObjectNode shown = stored.deepCopy();
    withoutCredentials(shown, "sourceLocation");
    if (shown.at("/credentials/customRegistries") instanceof ObjectNode registries) {
      List<String> servers = registries.properties().stream().map(it -> it.getKey()).toList();
      servers.forEach(registries::putNull);
    }
    return shown;
  }

  /** Whether it lacks a secret without which it cannot run again. */
  public static boolean lacksSecrets(ObjectNode stored) {
    for (JsonNode registry : stored.at("/credentials/customRegistries")) {
      if (registry.path("identity").asText("").isBlank()) {
        return true;
      }
    }
    JsonNode override = stored.path("overrideTaskStepProperties");
    return hasSecretPair(stored)
        || hasSecretPair(override)
        || ContextCredentials.areMissing(stored.path("sourceLocation").textValue())
        || ContextCredentials.areMissing(override.path("contextPath").textValue());
  }

  private static boolean hasSecretPair(JsonNode fields) {
    for (String list : List.of("arguments", "values")) {
      for (JsonNode pair : fields.path(list)) {
        if (pair.path("isSecret").asBoolean(false)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * An identity, unless it is there to read a user name and password: these are not kept, and
   * without them it would be another credential.
   */
  private static ObjectNode credential(JsonNode given) {
    boolean isIdentityAlone = !given.hasNonNull("userName") && !given.hasNonNull("password");
    return only(given, isIdentityAlone ? List.of("identity") : List.of());
  }

  private static void withoutCredentials(ObjectNode fields, String name) {
    if (fields.path(name).isTextual()) {
      fields.put(name, ContextCredentials.shown(fields.path(name).textValue()));
    }
  }

  private static void retain(ObjectNode fields, String name, List<String> known) {
    if (fields.path(name) instanceof ObjectNode inner) {
      inner.retain(known);
    }
  }

  private static ObjectNode only(JsonNode fields, List<String> names) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (String name : names) {
      JsonNode value = fields.path(name);
      if (!value.isMissingNode() && !value.isNull()) {
        kept.set(name, value.deepCopy());
      }
    }
    return kept;
  }

  private static void withoutValues(ObjectNode fields) {
    for (String list : List.of("arguments", "values")) {
      if (!fields.has(list)) {
        continue;
      }
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      for (JsonNode pair : fields.path(list)) {
        boolean secret = pair.path("isSecret").asBoolean(false);
        kept.add(
            only(
                pair, secret ? List.of("name", "isSecret") : List.of("name", "value", "isSecret")));
      }
      fields.set(list, kept);
    }
  }
}
