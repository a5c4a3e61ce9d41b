package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.taskapi.registry.Registry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A registry as ARM shows it. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RegistryView(
    String id,
    String name,
    String type,
    String location,
    Map<String, String> tags,
    Sku sku,
    Properties properties) {
  public record Sku(String name, String tier) {}

  /** Properties; features that this platform does not have are false or empty. */
  public record Properties(
      @Nullable String loginServer,
      String creationDate,
      String provisioningState,
      boolean adminUserEnabled,
      boolean anonymousPullEnabled,
      boolean dataEndpointEnabled,
      List<String> dataEndpointHostNames,
      String publicNetworkAccess,
      String zoneRedundancy,
      List<Object> privateEndpointConnections,
      Map<String, Map<String, String>> policies) {}

  /** The view of a registry. */
  public static RegistryView of(Registry registry) {
    return new RegistryView(
        registry.id(),
        registry.name(),
        "Microsoft.ContainerRegistry/registries",
        registry.location(),
        registry.tags(),
        new Sku(registry.sku(), registry.sku()),
        new Properties(
            registry.loginServer(),
            registry.createdAt().toString(),
            registry.state(),
            false,
            false,
            false,
            List.of(),
            "Enabled",
            "Disabled",
            List.of(),
            // Clients log in to registries with tokens of this platform's ARM audience.
            Map.of("azureADAuthenticationAsArmPolicy", Map.of("status", "enabled"))));
  }
}
