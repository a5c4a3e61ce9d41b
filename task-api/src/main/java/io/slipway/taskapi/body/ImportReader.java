package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.ImageName;
import io.slipway.taskapi.definition.ImportRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code importImage}. */
public final class ImportReader {
  private static final Pattern SCHEME = Pattern.compile("^https?://");

  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?i)/subscriptions/[^/]+/resourceGroups/[^/]+"
              + "/providers/Microsoft\\.ContainerRegistry/registries/[^/]+");

  private ImportReader() {}

  /** Reads the body; fails with 400. */
  public static ImportRequest read(JsonNode body) {
    ArmFields.IMPORT.check(body);
    JsonNode source = body.path("source");
    String resourceId = source.path("resourceId").asText("");
    String registryUri = host(source.path("registryUri").asText(""));
    if (resourceId.isBlank() == registryUri.isBlank()) {
      throw ArmException.invalid(
          "source must have either registryUri (a host) or resourceId (of a registry).");
    }
    if (!resourceId.isBlank() && !REGISTRY.matcher(resourceId).matches()) {
      throw ArmException.invalid(
          "source.resourceId must be the id of a registry: /subscriptions/<subscription>/"
              + "resourceGroups/<group>/providers/Microsoft.ContainerRegistry/registries/<name>.");
    }
    ImageName image = ImageName.parse("source.sourceImage", source.path("sourceImage").asText(""));
    List<String> targets = targets(body.path("targetTags"), image);
    List<String> untagged = new ArrayList<>();
    for (JsonNode repository : body.path("untaggedTargetRepositories")) {
      untagged.add(ImageName.parse("untaggedTargetRepositories", repository.asText()).repository());
    }
    if (targets.isEmpty() && untagged.isEmpty()) {
      if (image.digest() != null) {
        untagged.add(image.repository());
      } else {
        targets.add(image.repository() + ":" + image.reference());
      }
    }
    return new ImportRequest(
        resourceId.isBlank() ? null : resourceId,
        registryUri.isBlank() ? null : registryUri,
        image,
        targets,
        untagged,
        force(body.path("mode").asText("NoForce")),
        credential(source.path("credentials")));
  }

  private static List<String> targets(JsonNode tags, ImageName image) {
    List<String> targets = new ArrayList<>();
    for (JsonNode tag : tags) {
      ImageName target = ImageName.parse("targetTags", tag.asText());
      String name = target.tag() == null ? image.tag() : target.tag();
      targets.add(target.repository() + ":" + (name == null ? "latest" : name));
    }
    return targets;
  }

  private static String host(String uri) {
    String host = SCHEME.matcher(uri).replaceFirst("");
    while (host.endsWith("/")) {
      host = host.substring(0, host.length() - 1);
    }
    if (host.contains("/") || host.contains("@") || host.contains(" ")) {
      throw ArmException.invalid(
          "source.registryUri '" + uri + "' must be a host, with a port if it has one.");
    }
    return host;
  }

  private static boolean force(String mode) {
    if (mode.equalsIgnoreCase("Force")) {
      return true;
    }
    if (mode.equalsIgnoreCase("NoForce")) {
      return false;
    }
    throw ArmException.invalid("mode is '" + mode + "', must be NoForce or Force.");
  }

  private static ImportRequest.@Nullable Credential credential(JsonNode credentials) {
    String password = credentials.path("password").asText("");
    if (password.isEmpty()) {
      return null;
    }
    String username = credentials.path("username").asText("");
    // Without a name the password is a token.
    return new ImportRequest.Credential(
        username.isEmpty() ? "00000000-0000-0000-0000-000000000000" : username, password);
  }
}
