package io.slipway.identity.role;

import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Gives a principal a role at a scope, if the caller may give roles there. */
@ApplicationScoped
class PutRoleAssignment {
  private static final String WRITE = "Microsoft.Authorization/roleAssignments/write";

  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;
  private final PrincipalRepository principals;
  private final BuiltInRoles roles;
  private final AssignRole assignRole;

  PutRoleAssignment(
      Transactions transactions,
      DecideAccess access,
      RoleAssignmentRepository assignments,
      PrincipalRepository principals,
      BuiltInRoles roles,
      AssignRole assignRole) {
    this.transactions = transactions;
    this.access = access;
    this.assignments = assignments;
    this.principals = principals;
    this.roles = roles;
    this.assignRole = assignRole;
  }

  /**
   * A wanted assignment.
   *
   * @param name its GUID
   * @param principalId who gets the role
   * @param roleId which role
   * @param scope where
   */
  record Wanted(UUID name, UUID principalId, UUID roleId, Scope scope) {}

  Uni<RoleAssignmentEntity> put(UUID caller, Wanted wanted) {
    return transactions.in(session ->
        access
            .require(session, caller, WRITE, wanted.scope())
            .chain(() -> Lock.on(session, "assignments:" + wanted.principalId()))
            .chain(() -> requirePrincipal(session, wanted.principalId()))
            .chain(() -> assignments.byName(session, wanted.name()))
            .chain(named ->
                named.isPresent()
                    ? Uni.createFrom().item(sameOrRefused(named.get(), wanted))
                    : create(session, caller, wanted)));
  }

  /**
   * A repeated PUT finds what the first one made; another content under the same name is refused.
   */
  private static RoleAssignmentEntity sameOrRefused(RoleAssignmentEntity row, Wanted wanted) {
    if (row.principalId.equals(wanted.principalId())
        && row.roleId.equals(wanted.roleId())
        && row.scopeKey.equals(wanted.scope().key())) {
      return row;
    }
    throw ArmException.invalid(
        "RoleAssignmentUpdateNotPermitted",
        "The principal, role and scope of a role assignment can't be changed.");
  }

  private Uni<RoleAssignmentEntity> create(
      Mutiny.StatelessSession session, UUID caller, Wanted wanted) {
    RoleDefinition role =
        roles
            .byId(wanted.roleId())
            .orElseThrow(() ->
                ArmException.invalid(
                    "RoleDefinitionDoesNotExist",
                    "There is no role with the id '" + wanted.roleId() + "'."));
    return assignments
        .find(session, wanted.principalId(), wanted.roleId(), wanted.scope())
        .invoke(same -> {
          if (same.isPresent()) {
            throw new ArmException(
                409,
                "RoleAssignmentExists",
                "The role assignment already exists. The ID of the conflicting role"
                    + " assignment is "
                    + same.get().name
                    + ".");
          }
        })
        .chain(none ->
            assignRole.insert(
                session,
                wanted.name(),
                wanted.principalId(),
                role,
                wanted.scope(),
                caller.toString()));
  }

  private Uni<Void> requirePrincipal(Mutiny.StatelessSession session, UUID principalId) {
    return principals
        .byId(session, principalId)
        .chain(found ->
            found.isPresent()
                ? Uni.createFrom().voidItem()
                : principals
                    .byClientId(session, principalId.toString())
                    .invoke(byClientId -> refuse(principalId, byClientId.map(p -> p.id)))
                    .replaceWithVoid());
  }

  private static void refuse(UUID principalId, Optional<UUID> meant) {
    String hint =
        meant
            .map(id -> " It is a client id; the principal id of that identity is " + id + ".")
            .orElse("");
    throw ArmException.invalid(
        "PrincipalNotFound",
        "Principal " + principalId + " does not exist in the directory." + hint);
  }
}
