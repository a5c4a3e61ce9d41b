package io.slipway.taskapi.subscription;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one subscription of the platform, and what is known of it, for everybody who logged in. */
@Path("/subscriptions/{sub}")
@RolesAllowed(Caller.ARM)
public class SubscriptionResource {
  /** The one location that the platform names; any other text does as well. */
  static final String LOCATION = "local";

  private static final List<String> API_VERSIONS =
      List.of(
          "2022-02-01-preview",
          "2025-11-01",
          "2025-04-01",
          "2025-03-01-preview",
          "2023-07-01",
          "2019-06-01-preview",
          "2019-05-01",
          "2019-04-01",
          "2018-09-01");

  private final String subscriptionId;
  private final String tenantId;

  SubscriptionResource(
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      @ConfigProperty(name = "slipway.tenant-id") String tenantId) {
    this.subscriptionId = subscriptionId;
    this.tenantId = tenantId;
  }

  /** A subscription as ARM shows it. */
  public record Subscription(
      String id,
      String subscriptionId,
      String tenantId,
      String displayName,
      String state,
      Map<String, String> subscriptionPolicies,
      String authorizationSource) {
    static Subscription of(String subscriptionId, String tenantId) {
      return new Subscription(
          ResourceId.subscription(subscriptionId),
          subscriptionId,
          tenantId,
          "Slipway",
          "Enabled",
          Map.of(
              "locationPlacementId", "Public_2014-09-01",
              "quotaId", "Slipway",
              "spendingLimit", "Off"),
          "RoleBased");
    }
  }

  /** A location as ARM shows it. */
  public record Location(
      String id, String name, String displayName, String regionalDisplayName, String type) {}

  /** A provider as ARM shows it. */
  public record Provider(
      String id, String namespace, String registrationState, List<ProviderType> resourceTypes) {}

  /** One type of a provider. */
  public record ProviderType(
      String resourceType, List<String> locations, List<String> apiVersions) {}

  /** The subscription. */
  @GET
  public Subscription subscription() {
    return Subscription.of(subscriptionId, tenantId);
  }

  /** Locations. */
  @GET
  @Path("/locations")
  public Page<Location> locations() {
    String id = ResourceId.subscription(subscriptionId) + "/locations/" + LOCATION;
    return Page.of(List.of(new Location(id, LOCATION, "Local", "Local", "Region")));
  }

  /** Providers of resources. */
  @GET
  @Path("/providers")
  public Page<Provider> providers() {
    return Page.of(
        List.of(
            provider("microsoft.containerregistry"),
            provider("microsoft.managedidentity"),
            provider("microsoft.authorization"),
            provider("microsoft.resources")));
  }

  /** One provider of resources, in any case. */
  @GET
  @Path("/providers/{namespace}")
  public Provider provider(@PathParam("namespace") String namespace) {
    return switch (namespace.toLowerCase(Locale.ROOT)) {
      case "microsoft.containerregistry" ->
          provider(
              "Microsoft.ContainerRegistry",
              List.of(
                  type("registries", API_VERSIONS),
                  type("registries/tasks", API_VERSIONS),
                  type("registries/runs", API_VERSIONS),
                  type("registries/importImage", API_VERSIONS),
                  type("registries/scheduleRun", API_VERSIONS),
                  type("checkNameAvailability", API_VERSIONS)));
      case "microsoft.managedidentity" ->
          provider(
              "Microsoft.ManagedIdentity",
              List.of(type("userAssignedIdentities", List.of("2023-01-31", "2022-01-31-preview"))));
      case "microsoft.authorization" ->
          provider(
              "Microsoft.Authorization",
              List.of(
                  type("roleAssignments", List.of("2022-04-01", "2020-04-01-preview")),
                  type("roleDefinitions", List.of("2022-04-01", "2018-01-01-preview"))));
      case "microsoft.resources" ->
          provider(
              "Microsoft.Resources",
              List.of(
                  type("resourceGroups", List.of("2021-04-01", "2024-11-01")),
                  type("resources", List.of("2021-04-01", "2024-11-01"))));
      default ->
          throw ArmException.of(
              404,
              "InvalidResourceNamespace",
              "The resource namespace '" + namespace + "' does not exist on this platform.");
    };
  }

  private Provider provider(String namespace, List<ProviderType> types) {
    return new Provider(
        ResourceId.subscription(subscriptionId) + "/providers/" + namespace,
        namespace,
        "Registered",
        types);
  }

  private static ProviderType type(String name, List<String> versions) {
    return new ProviderType(name, List.of(LOCATION), versions);
  }
}
