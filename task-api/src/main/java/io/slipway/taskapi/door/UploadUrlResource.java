package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.source.BuildSources;
import io.slipway.taskapi.source.UploadLinks;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Tells a client where to upload source. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/listbuildsourceuploadurl")
@RolesAllowed(Caller.ARM)
public class UploadUrlResource {
  private final CallersRegistries registries;
  private final BuildSources sources;
  private final UploadLinks links;

  UploadUrlResource(CallersRegistries registries, BuildSources sources, UploadLinks links) {
    this.registries = registries;
    this.sources = sources;
    this.links = links;
  }

  /**
   * @param uploadUrl where to write, good for some hours
   * @param relativePath what to give as {@code sourceLocation} afterwards
   */
  public record UploadUrl(String uploadUrl, String relativePath) {}

  /** A place for one source of this registry. */
  @POST
  public Uni<UploadUrl> uploadUrl(@BeanParam RegistryPath at) {
    return registries
        .open(at, "listBuildSourceUploadUrl/action")
        .chain(registry ->
            sources
                .reserve(registry)
                .map(path -> new UploadUrl(links.link(registry.name(), path), path)));
  }
}
