package io.slipway.identity.role;

import io.slipway.identity.access.Scope;
import io.slipway.identity.filter.RoleFilter;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lists the role assignments around a scope, if the caller may read them there. */
@ApplicationScoped
class ListRoleAssignments {
  static final String READ = "Microsoft.Authorization/roleAssignments/read";

  private final Transactions transactions;
  private final DecideAccess access;
  private final RoleAssignmentRepository assignments;

  ListRoleAssignments(
      Transactions transactions, DecideAccess access, RoleAssignmentRepository assignments) {
    this.transactions = transactions;
    this.access = access;
    this.assignments = assignments;
  }

  Uni<List<RoleAssignmentEntity>> list(UUID caller, Scope scope, RoleFilter.Assignments filter) {
    return transactions.in(session ->
        access
            .require(session, caller, READ, scope)
            .chain(() -> assignments.around(session, scope, !filter.atScope()))
            .map(found -> found.stream().filter(row -> isOf(row, filter.principalId())).toList()));
  }

  private static boolean isOf(RoleAssignmentEntity row, Optional<String> principalId) {
    return principalId.map(id -> row.principalId.toString().equalsIgnoreCase(id)).orElse(true);
  }
}
