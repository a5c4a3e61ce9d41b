package io.slipway.identity.role;

import io.slipway.identity.access.Scope;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Takes a role away from a principal, if the caller may do so. */
@ApplicationScoped
class RemoveRoleAssignment {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");
  private static final String DELETE = "Microsoft.Authorization/roleAssignments/delete";

  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;

  RemoveRoleAssignment(
      Transactions transactions, DecideAccess access, RoleAssignmentRepository assignments) {
    this.transactions = transactions;
    this.access = access;
    this.assignments = assignments;
  }

  /** The assignment that was removed; empty if it does not exist at just this scope. */
  Uni<Optional<RoleAssignmentEntity>> remove(UUID caller, Scope scope, UUID name) {
    return transactions.in(session ->
        access
            .require(session, caller, DELETE, scope)
            .chain(() -> assignments.at(session, scope, name))
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
}
