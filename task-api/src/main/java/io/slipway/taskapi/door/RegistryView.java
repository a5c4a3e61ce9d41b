package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.taskapi.body.RegistryProperties;
import io.slipway.taskapi.registry.Registry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A registry as ARM shows it; a feature that this platform does not have is shown as off. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RegistryView(
    String id,
    String name,
    String type,
    String location,
    Map<String, String> tags,
    Sku sku,
    Map<String, Object> properties) {
  public record Sku(String name, String tier) {}

  /** The view of a registry. */
  public static RegistryView of(Registry registry) {
    return new RegistryView(
        registry.id(),
        registry.name(),
        "Microsoft.ContainerRegistry/registries",
        registry.location(),
        registry.tags(),
        new Sku(registry.settings().sku(), registry.settings().sku()),
        properties(registry));
  }

  private static Map<String, Object> properties(Registry registry) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("loginServer", registry.loginServer());
    shown.put("creationDate", registry.createdAt().toString());
    shown.put("provisioningState", registry.state());
    shown.put("dataEndpointHostNames", List.of());
    shown.put("privateEndpointConnections", List.of());
    shown.putAll(RegistryProperties.shown(registry.settings().armTokens()));
    return shown;
  }
}
