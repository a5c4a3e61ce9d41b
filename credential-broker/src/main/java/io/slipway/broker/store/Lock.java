package io.slipway.broker.store;

import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** Locks by name, held by PostgreSQL until the transaction ends, across all instances. */
public final class Lock {
  private Lock() {}

  /** Waits until this transaction alone holds the name. */
  public static Uni<Void> on(Mutiny.StatelessSession session, String name) {
    return session
        .createNativeQuery(
            "select cast(pg_advisory_xact_lock(hashtextextended(:name, 0)) as text)", String.class)
        .setParameter("name", name)
        .getSingleResult()
        .replaceWithVoid();
  }
}
