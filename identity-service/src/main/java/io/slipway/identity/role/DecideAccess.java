package io.slipway.identity.role;

import io.slipway.identity.access.AccessDecision;
import io.slipway.identity.access.Grant;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Says what a principal may do, from its role assignments as they are now; nothing is kept, so that
 * a right that was taken away is gone at once.
 */
@ApplicationScoped
public class DecideAccess {
  private final Transactions transactions;
  private final RoleAssignmentRepository assignments;

  DecideAccess(Transactions transactions, RoleAssignmentRepository assignments) {
    this.transactions = transactions;
    this.assignments = assignments;
  }

  /** All that a principal has been granted. */
  public Uni<List<Grant>> grants(UUID principalId) {
    return transactions.in(session -> assignments.grants(session, principalId));
  }

  /** Fails with 403 in ARM's shape unless the principal may do this there. */
  public Uni<Void> require(
      Mutiny.StatelessSession session, UUID principalId, String action, Scope scope) {
    return assignments
        .grants(session, principalId)
        .invoke(grants -> {
          if (!AccessDecision.allows(grants, action, scope.text())) {
            throw ArmException.forbidden(principalId.toString(), action, scope.text());
          }
        })
        .replaceWithVoid();
  }
}
