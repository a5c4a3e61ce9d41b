package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contents of a resource group, as far as the caller may read them. */
@Path("/subscriptions/{sub}/resourcegroups/{group}")
@RolesAllowed(Caller.ARM)
public class GroupResource {
  private final ResourceGroupRepository groups;
  private final CallersRegistries callers;

  GroupResource(ResourceGroupRepository groups, CallersRegistries callers) {
    this.groups = groups;
    this.callers = callers;
  }

  @GET
  @Path("/providers/microsoft.containerregistry/registries")
  public Uni<Page<RegistryView>> registries(@PathParam("group") String group) {
    return groups
        .get(group)
        .chain(() -> callers.readable(group))
        .map(found -> Page.of(found.stream().map(RegistryView::of).toList()));
  }

  @GET
  @Path("/resources")
  public Uni<Page<GenericResource>> resources(
      @PathParam("group") String group, @QueryParam("$filter") @Nullable String filter) {
    boolean asked = GenericResource.asksForRegistries(filter);
    return groups
        .get(group)
        .chain(() -> callers.readable(group))
        .map(found -> GenericResource.page(asked ? found : List.of()));
  }
}
