package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
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
import java.util.List;
import java.util.Map;

/**
 * What ACR has below registries and Slipway has not: the lists are empty, which is the truth, and
 * everything else is refused by name.
 */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}")
@RolesAllowed(Caller.ARM)
public class UnsupportedResource {
  private static final String TYPE = "/{type: " + UnsupportedTypes.PATTERN + "}";
  private static final String BELOW = TYPE + "/{below: .+}";

  private final CallersRegistries callers;

  UnsupportedResource(CallersRegistries callers) {
    this.callers = callers;
  }

  /** None. */
  @GET
  @Path(TYPE)
  public Uni<Page<Map<String, String>>> list(
      @BeanParam RegistryPath at, @PathParam("type") String type) {
    return callers
        .open(at, "read")
        .chain(() ->
            UnsupportedTypes.isAction(type)
                ? refused(404, "ResourceNotFound", type)
                : Uni.createFrom().item(Page.of(List.of())));
  }

  @GET
  @Path(BELOW)
  public Uni<Void> get(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return answer(at, 404, "ResourceNotFound", type);
  }

  @PUT
  @Path(BELOW)
  public Uni<Void> put(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return change(at, type);
  }

  @PATCH
  @Path(BELOW)
  public Uni<Void> patch(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return change(at, type);
  }

  @DELETE
  @Path(BELOW)
  public Uni<Void> delete(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return change(at, type);
  }

  @POST
  @Path(TYPE)
  public Uni<Void> act(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return change(at, type);
  }

  @POST
  @Path(BELOW)
  public Uni<Void> actBelow(@BeanParam RegistryPath at, @PathParam("type") String type) {
    return change(at, type);
  }

  private Uni<Void> change(RegistryPath at, String type) {
    return answer(at, 400, "NotSupported", type);
  }

  /** Nothing is changed, so whoever may read the registry may learn what it has not. */
  private <T> Uni<T> answer(RegistryPath at, int status, String code, String type) {
    return callers.open(at, "read").chain(() -> refused(status, code, type));
  }

  private static <T> Uni<T> refused(int status, String code, String type) {
    return Uni.createFrom().failure(ArmException.of(status, code, UnsupportedTypes.refusal(type)));
  }
}
