package io.slipway.taskapi.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** One registry, in the words of ARM. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}")
@RolesAllowed(Caller.ARM)
public class RegistryResource {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/";

  private final RegistryRepository registries;
  private final CreateRegistry createRegistry;
  private final DeleteRegistry deleteRegistry;
  private final RegistryUsages usages;
  private final Access access;
  private final Caller caller;

  RegistryResource(
      RegistryRepository registries,
      CreateRegistry createRegistry,
      DeleteRegistry deleteRegistry,
      RegistryUsages usages,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.createRegistry = createRegistry;
    this.deleteRegistry = deleteRegistry;
    this.usages = usages;
    this.access = access;
    this.caller = caller;
  }

  /** Path of a registry. */
  public static final class At {
    @PathParam("sub")
    String subscription = "";

    @PathParam("group")
    String group = "";

    @PathParam("registry")
    String registry = "";

    String id() {
      return ResourceId.registry(subscription, group, registry);
    }
  }

  /** Makes or changes the registry: 201 or 200. */
  @PUT
  public Uni<RestResponse<RegistryView>> put(@BeanParam At at, JsonNode body) {
    return allowed(at, "write")
        .map(ignored -> wanted(at, body))
        .chain(createRegistry::create)
        .map(saved ->
            answer(
                saved.created() ? Response.Status.CREATED : Response.Status.OK, saved.registry()));
  }

  /** Changes what the body speaks of. */
  @PATCH
  public Uni<RegistryView> patch(@BeanParam At at, JsonNode body) {
    return allowed(at, "write")
        .chain(() -> registries.get(at.group, at.registry))
        .call(registry -> {
          RegistryBody.checkProperties(body.path("properties"));
          return createRegistry.describe(
              registry,
              RegistryBody.sku(body, registry.sku()),
              Optional.ofNullable(RegistryBody.tags(body)).orElse(registry.tags()));
        })
        .chain(() -> registries.get(at.group, at.registry))
        .map(RegistryView::of);
  }

  /** The registry. */
  @GET
  public Uni<RestResponse<RegistryView>> get(@BeanParam At at) {
    return allowed(at, "read")
        .chain(() -> registries.get(at.group, at.registry))
        .map(registry -> answer(Response.Status.OK, registry));
  }

  /** Clients that wait for a registry ask again after this time; without it, after 30 seconds. */
  private static RestResponse<RegistryView> answer(Response.Status status, Registry registry) {
    ResponseBuilder<RegistryView> answer =
        ResponseBuilder.create(status, RegistryView.of(registry));
    return registry.isComplete() ? answer.build() : answer.header("Retry-After", 2).build();
  }

  /** Deletes the registry with all it has: 200, or 204 if there is none. */
  @DELETE
  public Uni<RestResponse<Void>> delete(@BeanParam At at) {
    return allowed(at, "delete")
        .chain(() -> registries.findByName(at.registry))
        .map(found -> found.filter(registry -> registry.group().equalsIgnoreCase(at.group)))
        .chain(found ->
            found.isPresent()
                ? deleteRegistry.delete(found.get()).replaceWith(RestResponse.<Void>ok())
                : Uni.createFrom().item(RestResponse.<Void>noContent()));
  }

  /** What the registry holds. */
  @GET
  @Path("/listusages")
  public Uni<Page<RegistryUsages.Usage>> listUsages(@BeanParam At at) {
    return allowed(at, "listUsages/read")
        .chain(() -> registries.get(at.group, at.registry))
        .chain(usages::of)
        .map(Page::of);
  }

  /** Copies of the registry in other places: there are none. */
  @GET
  @Path("/replications")
  public Uni<Page<Map<String, String>>> replications(@BeanParam At at) {
    return allowed(at, "replications/read")
        .chain(() -> registries.get(at.group, at.registry))
        .replaceWith(Page.of(List.of()));
  }

  /** Refused: there is no admin user. */
  @POST
  @Path("/listcredentials")
  public Uni<Void> listCredentials(@BeanParam At at) {
    return noAdminUser(at, "listCredentials/action");
  }

  /** Refused: there is no admin user. */
  @POST
  @Path("/regeneratecredential")
  public Uni<Void> regenerateCredential(@BeanParam At at) {
    return noAdminUser(at, "regenerateCredential/action");
  }

  private Uni<Void> noAdminUser(At at, String action) {
    return allowed(at, action)
        .chain(() -> registries.get(at.group, at.registry))
        .chain(registry ->
            Uni.createFrom()
                .failure(
                    ArmException.of(
                        400,
                        "UnAuthorizedForCredentialOperations",
                        "Registry '"
                            + registry.name()
                            + "' has no admin user: log in with an identity that has a role"
                            + " on it, for example with 'az acr login'.")));
  }

  private Uni<Void> allowed(At at, String action) {
    return access.require(caller.principalId(), ACTION + action, at.id());
  }

  private static CreateRegistry.Wanted wanted(At at, JsonNode body) {
    RegistryBody.checkName(at.registry);
    RegistryBody.checkProperties(body.path("properties"));
    String location = body.path("location").asText("");
    if (location.isBlank()) {
      throw ArmException.of(400, "LocationRequired", "The location property is required.");
    }
    return new CreateRegistry.Wanted(
        at.id(),
        at.group,
        at.registry,
        location,
        RegistryBody.sku(body, null),
        Optional.ofNullable(RegistryBody.tags(body)).orElse(Map.of()));
  }
}
