package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the {@code identity} of a body. */
public final class IdentityReader {
  private IdentityReader() {}

  /** Reads the {@code identity} of a PUT: it replaces all there was. */
  public static IdentityRequest put(JsonNode identity) {
    if (!identity.isObject()) {
      return IdentityRequest.NONE;
    }
    Kind kind = kind(identity);
    Map<String, String> ids = new LinkedHashMap<>();
    if (kind.user) {
      identity
          .path("userAssignedIdentities")
          .properties()
          .forEach(entry -> {
            if (!entry.getValue().isNull()) {
              ids.putIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), entry.getKey());
            }
          });
      if (ids.isEmpty()) {
        throw ArmException.of(
            400,
            "InvalidIdentity",
            "identity.type is UserAssigned, but identity.userAssignedIdentities names none.");
      }
    }
    return request(kind, ids);
  }

  /**
   * Reads the {@code identity} of a PATCH: the type replaces the former one, user-assigned
   * identities are added, and taken away with null.
   */
  public static IdentityRequest patch(JsonNode identity, TaskIdentity stored) {
    if (!identity.isObject() || identity.isEmpty()) {
      return IdentityRequest.of(stored);
    }
    Map<String, String> ids = new LinkedHashMap<>();
    Kind kind = identity.path("type").asText("").isBlank() ? kind(stored) : kind(identity);
    if (kind.user) {
      stored.user().forEach(it -> ids.put(it.id().toLowerCase(Locale.ROOT), it.id()));
      identity
          .path("userAssignedIdentities")
          .properties()
          .forEach(entry -> {
            String key = entry.getKey().toLowerCase(Locale.ROOT);
            if (entry.getValue().isNull()) {
              ids.remove(key);
            } else {
              ids.putIfAbsent(key, entry.getKey());
            }
          });
    }
    return request(kind, ids);
  }

  /** A run may act as each of them, and its agent is told of them all. */
  private static IdentityRequest request(Kind kind, Map<String, String> ids) {
    if (ids.size() > BodyLimits.IDENTITIES) {
      throw ArmException.of(
          400,
          "InvalidIdentity",
          "identity.userAssignedIdentities names %d identities, at most %d are allowed."
              .formatted(ids.size(), BodyLimits.IDENTITIES));
    }
    return new IdentityRequest(kind.system, List.copyOf(ids.values()));
  }

  private record Kind(boolean system, boolean user) {}

  private static Kind kind(TaskIdentity stored) {
    return new Kind(stored.system() != null, true);
  }

  private static Kind kind(JsonNode identity) {
    String type = identity.path("type").asText("None");
    boolean system = false;
    boolean user = false;
    for (String word : type.split(",")) {
      switch (word.strip().toLowerCase(Locale.ROOT)) {
        case "systemassigned" -> system = true;
        case "userassigned" -> user = true;
        case "none" -> {}
        default ->
            throw ArmException.of(
                400,
                "InvalidIdentity",
                "identity.type is '"
                    + type
                    + "', must be SystemAssigned, UserAssigned, both with a comma, or None.");
      }
    }
    return new Kind(system, user);
  }
}
