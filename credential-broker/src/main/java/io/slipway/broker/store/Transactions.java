package io.slipway.broker.store;

import io.slipway.identity.client.TimeLimit;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions, each in a session of its own. The session that Hibernate Reactive keeps for a
 * Vert.x context is never used: two pieces of work in one context would share it and lose writes.
 */
@ApplicationScoped
public class Transactions {
  private final Mutiny.SessionFactory factory;

  Transactions(Mutiny.SessionFactory factory) {
    this.factory = factory;
  }

  /** Runs work that only reads, and with one statement: without a transaction around it. */
  public <T> Uni<T> reading(Function<Mutiny.StatelessSession, Uni<T>> work) {
    return TimeLimit.toItsEnd(
        factory
            .openStatelessSession()
            .chain(session -> work.apply(session).eventually(session::close)));
  }

  /** Runs the work in one transaction; a failure rolls all of it back. */
  public <T> Uni<T> in(Function<Mutiny.StatelessSession, Uni<T>> work) {
    return TimeLimit.toItsEnd(
        factory
            .openStatelessSession()
            .chain(session ->
                session
                    .withTransaction(transaction -> work.apply(session))
                    .eventually(session::close)));
  }
}
