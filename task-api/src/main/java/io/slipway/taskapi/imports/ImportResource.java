package io.slipway.taskapi.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.operation.OperationAddress;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;

/** Imports of images into a registry. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/importimage")
@RolesAllowed(Caller.ARM)
public class ImportResource {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/importImage/action";

  private final RegistryRepository registries;
  private final ImportImage importImage;
  private final OperationAddress operationAddress;
  private final Access access;
  private final Caller caller;

  ImportResource(
      RegistryRepository registries,
      ImportImage importImage,
      OperationAddress operationAddress,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.importImage = importImage;
    this.operationAddress = operationAddress;
    this.access = access;
    this.caller = caller;
  }

  /** Begins an import: 202 and the address to follow. */
  @POST
  public Uni<RestResponse<Void>> importImage(
      @PathParam("sub") String sub,
      @PathParam("group") String group,
      @PathParam("registry") String registryName,
      JsonNode body) {
    String principal = caller.principalId();
    return access
        .require(principal, ACTION, ResourceId.registry(sub, group, registryName))
        .chain(() -> registries.get(group, registryName))
        .chain(target -> importImage.begin(target, ImportRequest.read(body), principal))
        .map(operation -> operationAddress.<Void>accepted(operation.id()));
  }
}
