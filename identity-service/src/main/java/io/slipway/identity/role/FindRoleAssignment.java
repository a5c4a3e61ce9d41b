package io.slipway.identity.role;

import io.slipway.identity.access.Scope;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Finds a role assignment at a scope, if the caller may read it. */
@ApplicationScoped
class FindRoleAssignment {
  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;

  FindRoleAssignment(
      Transactions transactions, DecideAccess access, RoleAssignmentRepository assignments) {
    this.transactions = transactions;
    this.access = access;
    this.assignments = assignments;
  }

  /** The assignment of this name; empty if it does not exist at just this scope. */
  Uni<Optional<RoleAssignmentEntity>> find(UUID caller, Scope scope, UUID name) {
    return transactions.in(session ->
        access
            .require(session, caller, ListRoleAssignments.READ, scope)
            .chain(() -> assignments.at(session, scope, name)));
  }
}
