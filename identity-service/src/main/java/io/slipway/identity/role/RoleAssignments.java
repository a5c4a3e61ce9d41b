package io.slipway.identity.role;

import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.filter.RoleFilter;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Role assignments, each call authorised in its own transaction. */
@ApplicationScoped
class RoleAssignments {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");
  private static final String TYPE = "Microsoft.Authorization/roleAssignments/";

  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;
  private final PrincipalRepository principals;
  private final BuiltInRoles roles;
  private final AssignRole assignRole;

  RoleAssignments(
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

  Uni<List<RoleAssignmentEntity>> list(UUID caller, Scope scope, RoleFilter.Assignments filter) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "read", scope)
            .chain(() -> assignments.around(session, scope, !filter.atScope()))
            .map(found -> found.stream().filter(row -> isOf(row, filter.principalId())).toList()));
  }

  private static boolean isOf(RoleAssignmentEntity row, Optional<String> principalId) {
    return principalId.map(id -> row.principalId.toString().equalsIgnoreCase(id)).orElse(true);
  }

  Uni<Optional<RoleAssignmentEntity>> get(UUID caller, Scope scope, UUID name) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "read", scope)
            .chain(() -> find(session, scope, name)));
  }

  Uni<RoleAssignmentEntity> put(UUID caller, Wanted wanted) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "write", wanted.scope())
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

  /** Takes the role away; empty if there is no such assignment at this scope. */
  Uni<Optional<RoleAssignmentEntity>> delete(UUID caller, Scope scope, UUID name) {
    return transactions.in(session ->
        access
            .require(session, caller, TYPE + "delete", scope)
            .chain(() -> find(session, scope, name))
            .chain(found ->
                found.isEmpty()
                    ? Uni.createFrom().item(found)
                    : delete(session, caller, found.get()).replaceWith(found)));
  }

  private static Uni<Void> delete(
      Mutiny.StatelessSession session, UUID caller, RoleAssignmentEntity row) {
    AUDIT.infof(
        "action=remove-role principal=%s role=%s scope=%s by=%s",
        row.principalId, row.roleId, row.scope, caller);
    return session.delete(row);
  }

  private Uni<Optional<RoleAssignmentEntity>> find(
      Mutiny.StatelessSession session, Scope scope, UUID name) {
    return assignments
        .byName(session, name)
        .map(found -> found.filter(row -> row.scopeKey.equals(scope.key())));
  }
}
