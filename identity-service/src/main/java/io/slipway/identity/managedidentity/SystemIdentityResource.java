package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** {@code /internal/system-identities}: identities that live with a resource. */
@Path("/internal/system-identities")
@RolesAllowed(Caller.TASK_API)
class SystemIdentityResource {
  private final EnsureSystemIdentity ensure;
  private final DeleteSystemIdentity delete;
  private final Settings settings;

  SystemIdentityResource(
      EnsureSystemIdentity ensure, DeleteSystemIdentity delete, Settings settings) {
    this.ensure = ensure;
    this.delete = delete;
    this.settings = settings;
  }

  record Wanted(@Nullable String ownerId, @Nullable String displayName) {}

  record Identity(String principalId, String clientId, String tenantId) {}

  @PUT
  public Uni<Identity> ensure(@Nullable Wanted wanted) {
    if (wanted == null
        || wanted.ownerId() == null
        || wanted.displayName() == null
        || wanted.displayName().isBlank()) {
      throw ArmException.invalid("InvalidRequest", "ownerId and displayName are needed.");
    }
    return ensure
        .ensure(owner(wanted.ownerId()), wanted.displayName())
        .map(principal ->
            new Identity(principal.id.toString(), principal.clientId, settings.tenantId()));
  }

  @DELETE
  public Uni<Void> delete(@QueryParam("ownerId") @Nullable String ownerId) {
    if (ownerId == null) {
      throw ArmException.invalid("InvalidRequest", "The parameter ownerId is needed.");
    }
    return delete.delete(owner(ownerId));
  }

  private static Scope owner(String ownerId) {
    return Scope.parse(ownerId)
        .filter(scope -> !scope.equals(Scope.ROOT))
        .orElseThrow(() ->
            ArmException.invalid("InvalidOwner", "ownerId must be the ARM id of a resource."));
  }
}
