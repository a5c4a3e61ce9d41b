package io.slipway.taskapi.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/**
 * Transactions of the ledger, each on a connection of its own. The ledger is written with SQL
 * because its statements are compare-and-sets or change sets of rows; {@link EntityTransactions}
 * are those over entities. The transaction belongs to the use case, which passes the connection on.
 */
@ApplicationScoped
public class Transactions {
  /** Deadlock and serialization failure: the transaction was rolled back and may be repeated. */
  private static final Set<String> REPEATABLE = Set.of("40P01", "40001");

  private static final int TRIES = 5;

  private final Pool pool;

  Transactions(Pool pool) {
    this.pool = pool;
  }

  /** Runs the work in one transaction; it is repeated if PostgreSQL chose it to end a deadlock. */
  public <T> Uni<T> in(Function<SqlConnection, Uni<T>> work) {
    return in(pool, work);
  }

  /**
   * The same, and no statement waits for somebody else's locks for longer than this: it fails with
   * {@code lock_not_available}, which passes by itself.
   */
  public <T> Uni<T> in(Duration longestLock, Function<SqlConnection, Uni<T>> work) {
    String limit = "set local lock_timeout = " + longestLock.toMillis();
    // Sent together with the first statement of the work.
    return in(connection ->
        Uni.combine()
            .all()
            .unis(connection.query(limit).execute(), work.apply(connection))
            .with((set, result) -> result));
  }

  /** The same on connections of another pool. */
  public static <T> Uni<T> in(Pool pool, Function<SqlConnection, Uni<T>> work) {
    return pool.withTransaction(work).onFailure(Transactions::isRepeatable).retry().atMost(TRIES);
  }

  /** Runs reads on one connection, each statement for itself. */
  public <T> Uni<T> reading(Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(work);
  }

  private static boolean isRepeatable(Throwable failure) {
    return failure instanceof PgException pg && REPEATABLE.contains(pg.getSqlState());
  }
}
