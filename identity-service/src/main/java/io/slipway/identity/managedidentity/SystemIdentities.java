package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Identities that live with a resource. */
@ApplicationScoped
public class SystemIdentities {
  private final Transactions transactions;
  private final ManagedIdentityRepository identities;
  private final PrincipalRepository principals;
  private final CreateIdentity createIdentity;

  SystemIdentities(
      Transactions transactions,
      ManagedIdentityRepository identities,
      PrincipalRepository principals,
      CreateIdentity createIdentity) {
    this.transactions = transactions;
    this.identities = identities;
    this.principals = principals;
    this.createIdentity = createIdentity;
  }

  /** The identity of a resource; it is created if it does not exist. */
  public Uni<PrincipalEntity> ensure(String ownerId, String displayName) {
    Scope owner = owner(ownerId);
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

  /** Ends the identity of a resource, with its role assignments; nothing happens if it has none. */
  public Uni<Void> delete(String ownerId) {
    Scope owner = owner(ownerId);
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

  private static Scope owner(String ownerId) {
    return Scope.parse(ownerId)
        .filter(scope -> !scope.equals(Scope.ROOT))
        .orElseThrow(() ->
            ArmException.invalid("InvalidOwner", "ownerId must be the ARM id of a resource."));
  }
}
