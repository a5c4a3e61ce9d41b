package io.slipway.taskapi.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.resourcegroup.ResourceGroupRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists of registries, always of those alone that the caller may read. */
@Path("/subscriptions/{sub}")
@RolesAllowed(Caller.ARM)
public class RegistryListResource {
  private static final String READ = "Microsoft.ContainerRegistry/registries/read";
  private static final String TYPE = "Microsoft.ContainerRegistry/registries";
  private static final Pattern TYPE_FILTER =
      Pattern.compile("\\s*resourceType\\s+eq\\s+'([^']*)'\\s*", Pattern.CASE_INSENSITIVE);

  private final RegistryRepository registries;
  private final ResourceGroupRepository groups;
  private final Access access;
  private final Caller caller;

  RegistryListResource(
      RegistryRepository registries, ResourceGroupRepository groups, Access access, Caller caller) {
    this.registries = registries;
    this.groups = groups;
    this.access = access;
    this.caller = caller;
  }

  /** A resource in a list of resources of any kind. */
  public record GenericResource(
      String id, String name, String type, String location, Map<String, String> tags) {}

  /** Answer to whether a name is free. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NameAvailability(
      boolean nameAvailable, @Nullable String reason, @Nullable String message) {}

  /** Question whether a name is free. */
  public record NameRequest(@Nullable String name, @Nullable String type) {}

  /** All registries. */
  @GET
  @Path("/providers/microsoft.containerregistry/registries")
  public Uni<Page<RegistryView>> list() {
    return readable(null).map(found -> Page.of(found.stream().map(RegistryView::of).toList()));
  }

  /** Registries of a resource group. */
  @GET
  @Path("/resourcegroups/{group}/providers/microsoft.containerregistry/registries")
  public Uni<Page<RegistryView>> listInGroup(@PathParam("group") String group) {
    return groups
        .get(group)
        .chain(() -> readable(group))
        .map(found -> Page.of(found.stream().map(RegistryView::of).toList()));
  }

  /** Resources by type; registries are what this service has of that kind. */
  @GET
  @Path("/resources")
  public Uni<Page<GenericResource>> resources(@QueryParam("$filter") @Nullable String filter) {
    return isAskedFor(filter)
        ? readable(null).map(RegistryListResource::generic)
        : Uni.createFrom().item(Page.of(List.of()));
  }

  /** Resources of a group. */
  @GET
  @Path("/resourcegroups/{group}/resources")
  public Uni<Page<GenericResource>> groupResources(
      @PathParam("group") String group, @QueryParam("$filter") @Nullable String filter) {
    return groups
        .get(group)
        .chain(() ->
            isAskedFor(filter)
                ? readable(group).map(RegistryListResource::generic)
                : Uni.createFrom().item(Page.of(List.of())));
  }

  /** Whether a registry may have this name. */
  @POST
  @Path("/providers/microsoft.containerregistry/checknameavailability")
  public Uni<NameAvailability> checkName(@PathParam("sub") String sub, NameRequest request) {
    String name = request.name();
    if (name == null) {
      throw ArmException.invalid("name is missing");
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

  private Uni<List<Registry>> readable(@Nullable String group) {
    return registries
        .list(group)
        .chain(found -> access.allowed(caller.principalId(), READ, found, Registry::id));
  }

  private static boolean isAskedFor(@Nullable String filter) {
    if (filter == null || filter.isBlank()) {
      return true;
    }
    Matcher matcher = TYPE_FILTER.matcher(filter);
    if (!matcher.matches()) {
      throw ArmException.of(
          400,
          "InvalidFilterInQueryString",
          "$filter '" + filter + "' is not understood; resourceType eq '<type>' is.");
    }
    return matcher.group(1).equalsIgnoreCase(TYPE);
  }

  private static Page<GenericResource> generic(List<Registry> registries) {
    return Page.of(
        registries.stream()
            .map(it -> new GenericResource(it.id(), it.name(), TYPE, it.location(), it.tags()))
            .toList());
  }
}
