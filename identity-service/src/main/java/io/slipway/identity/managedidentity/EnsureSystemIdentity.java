package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Gives a resource its system-assigned identity. */
@ApplicationScoped
class EnsureSystemIdentity {
  private final Transactions transactions;
  private final ManagedIdentityRepository identities;
  private final CreateIdentity createIdentity;

  EnsureSystemIdentity(
      Transactions transactions,
      ManagedIdentityRepository identities,
      CreateIdentity createIdentity) {
    this.transactions = transactions;
    this.identities = identities;
    this.createIdentity = createIdentity;
  }

  /** The identity of a resource; it is created if it does not exist. */
  Uni<PrincipalEntity> ensure(Scope owner, String displayName) {
    return transactions.in(session ->
        Lock.on(session, "identity:" + owner.key())
            .chain(() -> identities.byResource(session, PrincipalKind.SystemAssigned, owner.text()))
            .chain(found ->
                found.isPresent()
                    ? Uni.createFrom().item(found.get().principal)
                    : createIdentity
                        .create(
                            session,
                            new CreateIdentity.NewIdentity(
                                PrincipalKind.SystemAssigned, owner.text(), displayName, "", "{}"))
                        .map(identity -> identity.principal)));
  }
}
