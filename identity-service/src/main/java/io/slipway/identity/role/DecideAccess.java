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
 * Says what a principal may do, from its role assignments as they are now. Nothing is kept here;
 * who keeps an answer asks whether its version is still the one that holds.
 */
@ApplicationScoped
public class DecideAccess {
  private final Transactions transactions;
  private final RoleAssignmentRepository assignments;
  private final AccessVersion version;

  DecideAccess(
      Transactions transactions, RoleAssignmentRepository assignments, AccessVersion version) {
    this.version = version;
    this.transactions = transactions;
    this.assignments = assignments;
  }

  /** All that a principal has been granted, and as of which version. */
  Uni<Granted> grants(UUID principalId) {
    return transactions.in(session ->
        version
            .of(session)
            .chain(now ->
                assignments.grants(session, principalId).map(grants -> new Granted(now, grants))));
  }

  /** What a principal has been granted, as of a version of all that decisions are made of. */
  record Granted(String version, List<Grant> grants) {}

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
