package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.body.RegistryBody;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.registry.CreateRegistry;
import io.slipway.taskapi.registry.DeleteRegistry;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.registry.RegistryUsages;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** One registry, as ARM has it. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}")
@RolesAllowed(Caller.ARM)
public class RegistryResource {
  private final CallersRegistries callers;
  private final RegistryRepository registries;
  private final CreateRegistry createRegistry;
  private final DeleteRegistry deleteRegistry;
  private final RegistryUsages usages;

  RegistryResource(
      CallersRegistries callers,
      RegistryRepository registries,
      CreateRegistry createRegistry,
      DeleteRegistry deleteRegistry,
      RegistryUsages usages) {
    this.callers = callers;
    this.registries = registries;
    this.createRegistry = createRegistry;
    this.deleteRegistry = deleteRegistry;
    this.usages = usages;
  }

  /** Makes or changes the registry: 201 or 200. */
  @PUT
  public Uni<RestResponse<RegistryView>> put(@BeanParam RegistryPath at, JsonNode body) {
    return callers
        .require(at, "write", "")
        .map(ignored -> wanted(at, body))
        .chain(createRegistry::create)
        .map(saved ->
            answer(
                saved.created() ? Response.Status.CREATED : Response.Status.OK, saved.registry()));
  }

  /** Changes what the body names. */
  @PATCH
  public Uni<RegistryView> patch(@BeanParam RegistryPath at, JsonNode body) {
    return callers
        .open(at, "write")
        .call(registry -> {
          RegistryBody.check(body);
          RegistryBody.checkLocation(body, registry.location());
          Registry.Settings before = registry.settings();
          return createRegistry.describe(
              registry,
              new Registry.Settings(
                  RegistryBody.sku(body, before.sku()),
                  Objects.requireNonNullElse(RegistryBody.armTokens(body), before.armTokens())),
              Optional.ofNullable(RegistryBody.tags(body)).orElse(registry.tags()));
        })
        .chain(() -> registries.get(at.group, at.registry))
        .map(RegistryView::of);
  }

  @GET
  public Uni<RestResponse<RegistryView>> get(@BeanParam RegistryPath at) {
    return callers.open(at, "read").map(registry -> answer(Response.Status.OK, registry));
  }

  /** Clients that wait for a registry ask again after this time; without it, after 30 seconds. */
  private static RestResponse<RegistryView> answer(Response.Status status, Registry registry) {
    ResponseBuilder<RegistryView> answer =
        ResponseBuilder.create(status, RegistryView.of(registry));
    return registry.isComplete() ? answer.build() : answer.header("Retry-After", 2).build();
  }

  /** Deletes the registry with all it has: 200, or 204 if there is none. */
  @DELETE
  public Uni<RestResponse<Void>> delete(@BeanParam RegistryPath at) {
    return callers
        .require(at, "delete", "")
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
  public Uni<Page<RegistryUsages.Usage>> listUsages(@BeanParam RegistryPath at) {
    return callers.open(at, "listUsages/read").chain(usages::of).map(Page::of);
  }

  /** Refused: there is no admin user. */
  @POST
  @Path("/listcredentials")
  public Uni<Void> listCredentials(@BeanParam RegistryPath at) {
    return noAdminUser(at, "listCredentials/action");
  }

  /** Refused: there is no admin user. */
  @POST
  @Path("/regeneratecredential")
  public Uni<Void> regenerateCredential(@BeanParam RegistryPath at) {
    return noAdminUser(at, "regenerateCredential/action");
  }

  private Uni<Void> noAdminUser(RegistryPath at, String action) {
    return callers
        .open(at, action)
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

  private static CreateRegistry.Wanted wanted(RegistryPath at, JsonNode body) {
    RegistryBody.checkName(at.registry);
    RegistryBody.check(body);
    String location = body.path("location").asText("");
    if (location.isBlank()) {
      throw ArmException.of(
          400,
          "LocationRequired",
          "The location property is required: give one, for example 'local'.");
    }
    return new CreateRegistry.Wanted(
        at.id(),
        at.group,
        at.registry,
        location,
        RegistryBody.sku(body, null),
        RegistryBody.armTokens(body),
        Optional.ofNullable(RegistryBody.tags(body)).orElse(Map.of()));
  }
}
