package io.slipway.taskapi.agent;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/**
 * Transactions of claims, heartbeats, releases and checks of leases, on connections of their own:
 * however many people list their runs, no agent waits for a connection.
 */
@ApplicationScoped
class LeaseTransactions {
  private final Pool pool;

  LeaseTransactions(@ReactiveDataSource("leases") Pool pool) {
    this.pool = pool;
  }

  /** Runs the work in one transaction; it is repeated if PostgreSQL chose it to end a deadlock. */
  <T> Uni<T> in(Function<SqlConnection, Uni<T>> work) {
    return Transactions.in(pool, work);
  }

  /** Runs reads on one connection, each statement for itself. */
  <T> Uni<T> reading(Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(work);
  }
}
