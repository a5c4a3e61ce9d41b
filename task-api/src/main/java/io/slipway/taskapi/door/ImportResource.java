package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.body.ImportReader;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.imports.ImportImage;
import io.slipway.taskapi.operation.OperationAddress;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;

/** Imports of images into a registry. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/importimage")
@RolesAllowed(Caller.ARM)
public class ImportResource {
  private final CallersRegistries registries;
  private final ImportImage importImage;
  private final OperationAddress operationAddress;
  private final Caller caller;

  ImportResource(
      CallersRegistries registries,
      ImportImage importImage,
      OperationAddress operationAddress,
      Caller caller) {
    this.registries = registries;
    this.importImage = importImage;
    this.operationAddress = operationAddress;
    this.caller = caller;
  }

  /** Begins an import: 202 and the address to follow. */
  @POST
  public Uni<RestResponse<Void>> importImage(@BeanParam RegistryPath at, JsonNode body) {
    String principal = caller.principalId();
    return registries
        .open(at, "importImage/action")
        .chain(target -> importImage.begin(target, ImportReader.read(body), principal))
        .map(operation -> operationAddress.<Void>accepted(operation.id()));
  }
}
