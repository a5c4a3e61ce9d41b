package io.slipway.identity.managedidentity;

import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.role.DecideAccess;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Deletes a user-assigned identity, if the caller may. */
@ApplicationScoped
class DeleteUserAssignedIdentity {
  private static final String DELETE = "Microsoft.ManagedIdentity/userAssignedIdentities/delete";

  private final Transactions transactions;
  private final DecideAccess access;
  private final ManagedIdentityRepository identities;
  private final PrincipalRepository principals;

  DeleteUserAssignedIdentity(
      Transactions transactions,
      DecideAccess access,
      ManagedIdentityRepository identities,
      PrincipalRepository principals) {
    this.transactions = transactions;
    this.access = access;
    this.identities = identities;
    this.principals = principals;
  }

  /** Deletes the identity with its role assignments; false if it does not exist. */
  Uni<Boolean> delete(UUID caller, UserAssignedId id) {
    return transactions.in(session ->
        access
            .require(session, caller, DELETE, id.scope())
            .chain(
                () -> identities.byResource(session, PrincipalKind.UserAssigned, id.scope().text()))
            .chain(found ->
                found.isEmpty()
                    ? Uni.createFrom().item(false)
                    : principals
                        .delete(session, List.of(found.get().principal.id))
                        .replaceWith(true)));
  }
}
