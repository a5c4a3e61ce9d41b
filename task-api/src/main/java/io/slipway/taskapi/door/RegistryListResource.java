package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.body.RegistryBody;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of registries; they hold only those that the caller may read. */
@Path("/subscriptions/{sub}")
@RolesAllowed(Caller.ARM)
public class RegistryListResource {
  private final RegistryRepository registries;
  private final CallersRegistries callers;
  private final Access access;
  private final Caller caller;

  RegistryListResource(
      RegistryRepository registries, CallersRegistries callers, Access access, Caller caller) {
    this.registries = registries;
    this.callers = callers;
    this.access = access;
    this.caller = caller;
  }

  /** Answer to whether a name is free. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NameAvailability(
      boolean nameAvailable, @Nullable String reason, @Nullable String message) {}

  /** Question whether a name is free. */
  public record NameRequest(@Nullable String name, @Nullable String type) {}

  /** All registries that the caller may read. */
  @GET
  @Path("/providers/microsoft.containerregistry/registries")
  public Uni<Page<RegistryView>> list() {
    return callers
        .readable(null)
        .map(found -> Page.of(found.stream().map(RegistryView::of).toList()));
  }

  /** Resources by type; registries are what this service has of that kind. */
  @GET
  @Path("/resources")
  public Uni<Page<GenericResource>> resources(@QueryParam("$filter") @Nullable String filter) {
    return GenericResource.asksForRegistries(filter)
        ? callers.readable(null).map(GenericResource::page)
        : Uni.createFrom().item(Page.of(List.of()));
  }

  /** Whether a registry may have this name. */
  @POST
  @Path("/providers/microsoft.containerregistry/checknameavailability")
  public Uni<NameAvailability> checkName(
      @PathParam("sub") String sub, @Nullable NameRequest request) {
    String name = request == null ? null : request.name();
    if (name == null) {
      throw ArmException.invalid(
          "name is missing: give the name of the registry that is to be checked.");
    }
    return access
        .require(
            caller.principalId(),
            "Microsoft.ContainerRegistry/checkNameAvailability/read",
            ResourceId.subscription(sub))
        .chain(() -> registries.findByName(name))
        .map(found -> availability(name, found.isPresent()));
  }

  private static NameAvailability availability(String name, boolean taken) {
    if (!RegistryBody.isName(name)) {
      return new NameAvailability(
          false, "Invalid", "A registry name must have 5 to 50 letters and digits.");
    }
    return taken
        ? new NameAvailability(
            false, "AlreadyExists", "The registry name '" + name + "' is already in use.")
        : new NameAvailability(true, null, null);
  }
}
