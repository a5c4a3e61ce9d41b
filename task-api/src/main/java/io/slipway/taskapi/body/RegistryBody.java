package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and checks the body of a registry's PUT and PATCH. */
public final class RegistryBody {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]{5,50}");
  private static final List<String> SKUS = List.of("Basic", "Standard", "Premium");

  private RegistryBody() {}

  /** Fails with 400 for a name that no registry can have. */
  public static void checkName(String name) {
    if (!isName(name)) {
      throw ArmException.of(
          400,
          "InvalidResourceName",
          "Registry name '" + name + "' must have 5 to 50 letters and digits.");
    }
  }

  /** Whether a registry may have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The tier; {@code otherwise}, if it is not null, for a body that has none. */
  public static String sku(JsonNode body, @Nullable String otherwise) {
    String asked = body.path("sku").path("name").asText("");
    if (asked.isEmpty() && otherwise != null) {
      return otherwise;
    }
    return SKUS.stream()
        .filter(sku -> sku.equalsIgnoreCase(asked))
        .findFirst()
        .orElseThrow(
            () -> ArmException.invalid("sku.name is '" + asked + "', must be one of " + SKUS));
  }

  /** Fails with 400 for what a registry does not have, and what this platform does not support. */
  public static void check(JsonNode body) {
    ArmFields.REGISTRY.check(body);
    String identity = body.path("identity").path("type").asText("None");
    if (!identity.equalsIgnoreCase("None")) {
      throw ArmException.of(
          400,
          "NotSupported",
          "identity.type must be None: a registry's identity is for keys of your own, which are"
              + " not supported by Slipway. Tasks have identities.");
    }
    RegistryProperties.check(body.path("properties"));
  }

  /** Whether the registry is to take tokens of the ARM audience; null if it is not said. */
  public static @Nullable Boolean armTokens(JsonNode body) {
    return RegistryProperties.armTokens(body.path("properties"));
  }

  /** Fails with 400 for a PATCH that moves a resource. */
  public static void checkLocation(JsonNode body, String location) {
    String asked = body.path("location").asText("");
    if (!asked.isBlank() && !asked.equalsIgnoreCase(location)) {
      throw ArmException.invalid(
          "location is '" + asked + "', must be '" + location + "': it can't be changed.");
    }
  }

  /** Labels, or null if the body has none. */
  public static @Nullable Map<String, String> tags(JsonNode body) {
    JsonNode tags = body.get("tags");
    if (tags == null || tags.isNull()) {
      return null;
    }
    if (!tags.isObject()) {
      throw ArmException.invalid("tags must be an object of strings");
    }
    return Tags.of(tags);
  }
}
