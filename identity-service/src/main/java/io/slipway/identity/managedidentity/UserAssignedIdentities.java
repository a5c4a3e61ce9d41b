package io.slipway.identity.managedidentity;

import io.slipway.identity.access.AccessDecision;
import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.role.DecideAccess;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** User-assigned identities, each call authorised in its own transaction. */
@ApplicationScoped
class UserAssignedIdentities {
  private static final String TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities/";
  private static final String READ = TYPE + "read";

  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;
  private final ManagedIdentityRepository identities;
  private final PrincipalRepository principals;
  private final CreateIdentity createIdentity;

  UserAssignedIdentities(
      Transactions transactions,
      DecideAccess access,
      RoleAssignmentRepository assignments,
      ManagedIdentityRepository identities,
      PrincipalRepository principals,
      CreateIdentity createIdentity) {
    this.transactions = transactions;
    this.access = access;
    this.assignments = assignments;
    this.identities = identities;
    this.principals = principals;
    this.createIdentity = createIdentity;
  }

  /** What a PUT did. */
  record Put(boolean isNew, ManagedIdentityEntity identity) {}

  /** The identities below a subscription or resource group that the caller may read. */
  Uni<List<ManagedIdentityEntity>> list(UUID caller, Scope scope) {
    return transactions.in(session ->
        assignments
            .grants(session, caller)
            .chain(grants ->
                identities
                    .userAssignedBelow(session, scope)
                    .map(found ->
                        found.stream()
                            .filter(row -> AccessDecision.allows(grants, READ, row.resourceId))
                            .toList())));
  }

  Uni<Optional<ManagedIdentityEntity>> get(UUID caller, UserAssignedId id) {
    return transactions.in(session ->
        access.require(session, caller, READ, id.scope()).chain(() -> find(session, id)));
  }

  /** Makes the identity, or changes location and tags; principal and client id stay. */
  Uni<Put> put(UUID caller, UserAssignedId id, String location, String tags) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "write", id.scope())
            .chain(() -> Lock.on(session, "identity:" + id.scope().key()))
            .chain(() -> find(session, id))
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

  /** Removes the identity with its role assignments; false if there is none. */
  Uni<Boolean> delete(UUID caller, UserAssignedId id) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "delete", id.scope())
            .chain(() -> find(session, id))
            .chain(found ->
                found.isEmpty()
                    ? Uni.createFrom().item(false)
                    : principals
                        .delete(session, List.of(found.get().principal.id))
                        .replaceWith(true)));
  }

  private Uni<Optional<ManagedIdentityEntity>> find(
      Mutiny.StatelessSession session, UserAssignedId id) {
    return identities.byResource(session, PrincipalKind.UserAssigned, id.scope().text());
  }
}
