package io.slipway.identity.deletion;

import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.registry.ProtectedResourceRepository;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /internal/resource-deletions}: a resource is gone, and with it all that
 * identity-service has at it and below.
 */
@Path("/internal/resource-deletions")
class ResourceDeletionResource {
  private final Transactions transactions;
  private final RoleAssignmentRepository assignments;
  private final ManagedIdentityRepository identities;
  private final PrincipalRepository principals;
  private final ProtectedResourceRepository resources;

  ResourceDeletionResource(
      Transactions transactions,
      RoleAssignmentRepository assignments,
      ManagedIdentityRepository identities,
      PrincipalRepository principals,
      ProtectedResourceRepository resources) {
    this.transactions = transactions;
    this.assignments = assignments;
    this.identities = identities;
    this.principals = principals;
    this.resources = resources;
  }

  record Deletion(@Nullable String resourceId) {}

  @POST
  @RolesAllowed(Caller.TASK_API)
  public Uni<Void> deleted(@Nullable Deletion deletion) {
    Scope scope =
        Scope.parse(deletion == null || deletion.resourceId() == null ? "" : deletion.resourceId())
            .filter(resource -> resource.key().contains("/resourcegroups/"))
            .orElseThrow(() ->
                ArmException.invalid(
                    "InvalidRequest",
                    "resourceId must be the ARM id of a resource group or resource."));
    return transactions.in(session ->
        assignments
            .deleteAtOrBelow(session, scope)
            .chain(() -> resources.deleteAtOrBelow(session, scope))
            .chain(() -> identities.atOrBelow(session, scope))
            .chain(found -> delete(session, found)));
  }

  private Uni<Void> delete(Mutiny.StatelessSession session, List<ManagedIdentityEntity> found) {
    List<UUID> ids = found.stream().map(row -> row.principal.id).toList();
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : principals.delete(session, ids).replaceWithVoid();
  }
}
