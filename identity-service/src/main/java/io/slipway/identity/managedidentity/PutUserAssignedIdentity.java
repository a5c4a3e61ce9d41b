package io.slipway.identity.managedidentity;

import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.role.DecideAccess;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Creates or changes a user-assigned identity, if the caller may. */
@ApplicationScoped
class PutUserAssignedIdentity {
  private static final String WRITE = "Microsoft.ManagedIdentity/userAssignedIdentities/write";

  private final Transactions transactions;
  private final DecideAccess access;
  private final ManagedIdentityRepository identities;
  private final CreateIdentity createIdentity;

  PutUserAssignedIdentity(
      Transactions transactions,
      DecideAccess access,
      ManagedIdentityRepository identities,
      CreateIdentity createIdentity) {
    this.transactions = transactions;
    this.access = access;
    this.identities = identities;
    this.createIdentity = createIdentity;
  }

  /**
   * The outcome of a PUT.
   *
   * @param isNew whether the identity was created by it
   */
  record Put(boolean isNew, ManagedIdentityEntity identity) {}

  /** Creates the identity, or changes location and tags; principal and client id stay. */
  Uni<Put> put(UUID caller, UserAssignedId id, String location, String tags) {
    return transactions.in(session ->
        access
            .require(session, caller, WRITE, id.scope())
            .chain(() -> Lock.on(session, "identity:" + id.scope().key()))
            .chain(
                () -> identities.byResource(session, PrincipalKind.UserAssigned, id.scope().text()))
            .chain(found ->
                found.isPresent()
                    ? change(session, found.get(), location, tags)
                    : create(session, id, location, tags)));
  }

  private Uni<Put> create(
      Mutiny.StatelessSession session, UserAssignedId id, String location, String tags) {
    return createIdentity
        .create(
            session,
            new CreateIdentity.NewIdentity(
                PrincipalKind.UserAssigned, id.scope().text(), id.name(), location, tags))
        .map(identity -> new Put(true, identity));
  }

  private static Uni<Put> change(
      Mutiny.StatelessSession session,
      ManagedIdentityEntity identity,
      String location,
      String tags) {
    identity.location = location;
    identity.tags = tags;
    return session.update(identity).replaceWith(new Put(false, identity));
  }
}
