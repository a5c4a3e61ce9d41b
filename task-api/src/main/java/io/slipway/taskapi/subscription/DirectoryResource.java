package io.slipway.taskapi.subscription;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one tenant, for everybody who logged in. */
@Path("/tenants")
@RolesAllowed(Caller.ARM)
public class DirectoryResource {
  private final String tenantId;

  DirectoryResource(@ConfigProperty(name = "slipway.tenant-id") String tenantId) {
    this.tenantId = tenantId;
  }

  /** A tenant as ARM shows it. */
  public record Tenant(
      String id, String tenantId, String displayName, String tenantCategory, String countryCode) {}

  /** Tenants. */
  @GET
  public Page<Tenant> tenants() {
    return Page.of(List.of(new Tenant("/tenants/" + tenantId, tenantId, "Slipway", "Home", "")));
  }
}
