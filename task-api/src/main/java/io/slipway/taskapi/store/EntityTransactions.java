package io.slipway.taskapi.store;

import io.slipway.identity.client.TimeLimit;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions over entities, each in a stateless session of its own; {@link Transactions} are
 * those over SQL. The session that Hibernate Reactive keeps for a Vert.x context is never used: a
 * second piece of work in that context would join the first one's transaction, and lose a write
 * that it took for done when the first one fails.
 */
@ApplicationScoped
public class EntityTransactions {
  private final Mutiny.SessionFactory factory;

  EntityTransactions(Mutiny.SessionFactory factory) {
    this.factory = factory;
  }

  /** Runs the work in one transaction; a failure rolls all of it back. */
  public <T> Uni<T> in(Function<Mutiny.StatelessSession, Uni<T>> work) {
    return open(session -> session.withTransaction(transaction -> work.apply(session)));
  }

  /** Runs reads in one session, each query for itself. */
  public <T> Uni<T> reading(Function<Mutiny.StatelessSession, Uni<T>> work) {
    return open(work);
  }

  /** Whether an insert failed because there is such a row: it was not there a moment before. */
  public static boolean isTaken(Throwable failure) {
    return violates(failure, "23505");
  }

  /** Whether a write failed because what it refers to was deleted. */
  public static boolean isOfNothing(Throwable failure) {
    return violates(failure, "23503");
  }

  private static boolean violates(Throwable failure, String constraint) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConstraintViolationException violation) {
        return constraint.equals(violation.getSQLState());
      }
    }
    return false;
  }

  private <T> Uni<T> open(Function<Mutiny.StatelessSession, Uni<T>> work) {
    return TimeLimit.toItsEnd(
        factory
            .openStatelessSession()
            .chain(session ->
                Uni.createFrom().deferred(() -> work.apply(session)).eventually(session::close)));
  }
}
