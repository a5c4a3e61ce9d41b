package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.registry.Registry;
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
  public Uni<Page<RegistryView>> registries(
      @PathParam("sub") String sub, @PathParam("group") String group) {
    return readable(sub, group)
        .map(found -> Page.of(found.stream().map(RegistryView::of).toList()));
  }

  @GET
  @Path("/resources")
  public Uni<Page<GenericResource>> resources(
      @PathParam("sub") String sub,
      @PathParam("group") String group,
      @QueryParam("$filter") @Nullable String filter) {
    boolean asked = GenericResource.asksForRegistries(filter);
    return readable(sub, group).map(found -> GenericResource.page(asked ? found : List.of()));
  }

  /** Whether there is such a group is told to those alone who may read it. */
  private Uni<List<Registry>> readable(String sub, String group) {
    return callers
        .mayReadGroup(sub, group)
        .chain(may -> may ? groups.get(group).replaceWithVoid() : Uni.createFrom().voidItem())
        .chain(() -> callers.readable(group));
  }
}
