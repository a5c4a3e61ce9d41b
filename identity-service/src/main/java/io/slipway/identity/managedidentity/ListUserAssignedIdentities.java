package io.slipway.identity.managedidentity;

import io.slipway.identity.access.AccessDecision;
import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Lists user-assigned identities that the caller may read. */
@ApplicationScoped
class ListUserAssignedIdentities {
  static final String READ = "Microsoft.ManagedIdentity/userAssignedIdentities/read";

  private final Transactions transactions;
  private final RoleAssignmentRepository assignments;
  private final ManagedIdentityRepository identities;

  ListUserAssignedIdentities(
      Transactions transactions,
      RoleAssignmentRepository assignments,
      ManagedIdentityRepository identities) {
    this.transactions = transactions;
    this.assignments = assignments;
    this.identities = identities;
  }

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
}
