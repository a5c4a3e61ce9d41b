package io.slipway.identity.role;

import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Which state of principals, roles and protected resources decisions are made of. The database
 * raises it in each transaction that changes one of them, so whoever is told the same version again
 * knows that nothing has changed since.
 */
@ApplicationScoped
class AccessVersion {
  private final Transactions transactions;
  private final BuiltInRoles roles;

  AccessVersion(Transactions transactions, BuiltInRoles roles) {
    this.transactions = transactions;
    this.roles = roles;
  }

  /** The version now. */
  Uni<String> now() {
    return transactions.in(this::of);
  }

  /**
   * The version that a transaction sees. Read before what is decided by: if that changes in
   * between, the decision is newer than it says, and is asked for again.
   */
  Uni<String> of(Mutiny.StatelessSession session) {
    return session
        .createNativeQuery("select version from access_version", Long.class)
        .getSingleResult()
        .map(number -> number + "." + roles.digest());
  }
}
