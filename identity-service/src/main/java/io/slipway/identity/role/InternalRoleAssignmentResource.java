package io.slipway.identity.role;

import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** {@code PUT /internal/role-assignments}: a role for a resource's own identity; idempotent. */
@Path("/internal/role-assignments")
class InternalRoleAssignmentResource {
  private final Transactions transactions;
  private final PrincipalRepository principals;
  private final AssignRole assignRole;
  private final BuiltInRoles roles;

  InternalRoleAssignmentResource(
      Transactions transactions,
      PrincipalRepository principals,
      AssignRole assignRole,
      BuiltInRoles roles) {
    this.transactions = transactions;
    this.principals = principals;
    this.assignRole = assignRole;
    this.roles = roles;
  }

  record Wanted(@Nullable String principalId, @Nullable String roleName, @Nullable String scope) {}

  @PUT
  @RolesAllowed(Caller.TASK_API)
  public Uni<Map<String, String>> ensure(@Nullable Wanted wanted) {
    if (wanted == null
        || wanted.principalId() == null
        || wanted.roleName() == null
        || wanted.scope() == null) {
      throw ArmException.invalid("InvalidRequest", "principalId, roleName and scope are needed.");
    }
    UUID principal = RoleViews.guid(wanted.principalId()).orElseThrow(() -> bad("principalId"));
    RoleDefinition role = roles.byName(wanted.roleName()).orElseThrow(() -> bad("roleName"));
    Scope scope =
        Scope.parse(wanted.scope())
            .filter(where -> where.key().contains("/providers/"))
            .orElseThrow(() -> bad("scope"));
    return transactions
        .in(session ->
            Lock.on(session, "assignments:" + principal)
                .chain(() -> requireSystemIdentity(session, principal))
                .chain(() -> assignRole.ensure(session, principal, role, scope)))
        .map(row -> Map.of("name", row.name.toString()));
  }

  /** The one caller makes roles for identities of resources, and for nobody else. */
  private Uni<Void> requireSystemIdentity(Mutiny.StatelessSession session, UUID principal) {
    return principals
        .byId(session, principal)
        .invoke(found -> {
          if (found.filter(row -> row.kind == PrincipalKind.SystemAssigned).isEmpty()) {
            throw bad("principalId");
          }
        })
        .replaceWithVoid();
  }

  private static ArmException bad(String field) {
    return ArmException.invalid("InvalidRequest", field + " is not known here.");
  }
}
