package io.slipway.taskapi.store;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/**
 * Connections for what people ask about the past. They are few, and PostgreSQL ends a statement
 * that takes long: neither the number of questions nor their width can hold up leases and events.
 */
@ApplicationScoped
public class QueryPool {
  private static final String STATEMENT_CANCELED = "57014";

  private final Pool pool;

  QueryPool(@ReactiveDataSource("queries") Pool pool) {
    this.pool = pool;
  }

  /** Runs reads on one connection, each statement for itself. */
  public <T> Uni<T> reading(Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(work);
  }

  /** Whether a statement was ended because it took too long. */
  public static boolean tookTooLong(Throwable failure) {
    return failure instanceof PgException pg && STATEMENT_CANCELED.equals(pg.getSqlState());
  }
}
