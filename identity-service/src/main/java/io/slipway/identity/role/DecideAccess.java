package io.slipway.identity.role;

import io.slipway.identity.access.AccessDecision;
import io.slipway.identity.access.Grant;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.memory.RememberedAccess;
import io.slipway.identity.store.OwnContext;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Says what a principal may do, from its role assignments as they are now. What was read as of the
 * version that holds now is not read again.
 */
@ApplicationScoped
public class DecideAccess {
  private final Transactions transactions;
  private final RoleAssignmentRepository assignments;
  private final AccessVersion version;
  private final RememberedAccess<UUID, List<Grant>> remembered =
      new RememberedAccess<>(System::nanoTime);

  DecideAccess(
      Transactions transactions, RoleAssignmentRepository assignments, AccessVersion version) {
    this.version = version;
    this.transactions = transactions;
    this.assignments = assignments;
  }

  /** All that a principal has been granted, and as of which version. */
  Uni<Granted> grants(UUID principalId) {
    // The version is read first: what changes in between is newer than it says, never older.
    return version
        .now()
        .chain(now ->
            OwnContext.uni(() -> remembered.find(principalId, now, () -> read(principalId)))
                .map(grants -> new Granted(now, grants)));
  }

  private CompletionStage<List<Grant>> read(UUID principalId) {
    return transactions
        .in(session -> assignments.grants(session, principalId))
        .subscribeAsCompletionStage();
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
