package io.slipway.registry.http;

import io.slipway.registry.RegistryConfig;
import io.slipway.registry.auth.ServiceCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens and closes registries, for task-api alone. */
@Path("/internal/registries/{name: [A-Za-z0-9]{5,50}}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ManagementResource {
  private final LoginServers servers;
  private final ServiceCaller callers;
  private final RegistryConfig config;

  ManagementResource(LoginServers servers, ServiceCaller callers, RegistryConfig config) {
    this.servers = servers;
    this.callers = callers;
    this.config = config;
  }

  /** Opens a registry, or finds it. */
  @PUT
  public Response open(
      @HeaderParam("Authorization") @Nullable String bearer, @PathParam("name") String name)
      throws IOException {
    Response refusal = callers.refusal(bearer, config);
    return refusal != null
        ? refusal
        : Response.ok(Map.of("name", name, "loginServer", servers.open(name))).build();
  }

  /** Closes a registry and deletes its content. */
  @DELETE
  public Response delete(
      @HeaderParam("Authorization") @Nullable String bearer, @PathParam("name") String name)
      throws IOException {
    Response refusal = callers.refusal(bearer, config);
    if (refusal != null) {
      return refusal;
    }
    servers.delete(name);
    return Response.noContent().build();
  }
}
