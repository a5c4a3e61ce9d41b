package io.slipway.identity.managedidentity;

import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.role.DecideAccess;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Finds a user-assigned identity, if the caller may read it. */
@ApplicationScoped
class FindUserAssignedIdentity {
  private final Transactions transactions;
  private final DecideAccess access;
  private final ManagedIdentityRepository identities;

  FindUserAssignedIdentity(
      Transactions transactions, DecideAccess access, ManagedIdentityRepository identities) {
    this.transactions = transactions;
    this.access = access;
    this.identities = identities;
  }

  Uni<Optional<ManagedIdentityEntity>> find(UUID caller, UserAssignedId id) {
    return transactions.in(session ->
        access
            .require(session, caller, ListUserAssignedIdentities.READ, id.scope())
            .chain(() ->
                identities.byResource(session, PrincipalKind.UserAssigned, id.scope().text())));
  }
}
