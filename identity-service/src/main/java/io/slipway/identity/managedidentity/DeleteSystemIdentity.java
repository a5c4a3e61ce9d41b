package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Ends the system-assigned identity of a resource. */
@ApplicationScoped
class DeleteSystemIdentity {
  private final Transactions transactions;
  private final ManagedIdentityRepository identities;
  private final PrincipalRepository principals;

  DeleteSystemIdentity(
      Transactions transactions,
      ManagedIdentityRepository identities,
      PrincipalRepository principals) {
    this.transactions = transactions;
    this.identities = identities;
    this.principals = principals;
  }

  /** Deletes the identity with its role assignments; nothing happens if the resource has none. */
  Uni<Void> delete(Scope owner) {
    return transactions.in(session ->
        identities
            .byResource(session, PrincipalKind.SystemAssigned, owner.text())
            .chain(found ->
                found.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : principals
                        .delete(session, List.of(found.get().principal.id))
                        .replaceWithVoid()));
  }
}
