package io.slipway.taskapi.source;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Where a client learns where to upload source to. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/listbuildsourceuploadurl")
@RolesAllowed(Caller.ARM)
public class UploadUrlResource {
  private static final String ACTION =
      "Microsoft.ContainerRegistry/registries/listBuildSourceUploadUrl/action";

  private final RegistryRepository registries;
  private final BuildSources sources;
  private final UploadLinks links;
  private final Access access;
  private final Caller caller;

  UploadUrlResource(
      RegistryRepository registries,
      BuildSources sources,
      UploadLinks links,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.sources = sources;
    this.links = links;
    this.access = access;
    this.caller = caller;
  }

  /**
   * @param uploadUrl where to write, good for some hours
   * @param relativePath what to give as {@code sourceLocation} afterwards
   */
  public record UploadUrl(String uploadUrl, String relativePath) {}

  /** A place for one source of this registry. */
  @POST
  public Uni<UploadUrl> uploadUrl(
      @PathParam("sub") String subscription,
      @PathParam("group") String group,
      @PathParam("registry") String name) {
    return access
        .require(caller.principalId(), ACTION, ResourceId.registry(subscription, group, name))
        .chain(() -> registries.get(group, name))
        .chain(registry ->
            sources
                .reserve(registry)
                .map(path -> new UploadUrl(links.link(registry.name(), path), path)));
  }
}
