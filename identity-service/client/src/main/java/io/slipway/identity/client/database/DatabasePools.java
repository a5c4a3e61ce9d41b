package io.slipway.identity.client.database;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Utils;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pools of connections to PostgreSQL that cannot be used up by silence. PostgreSQL keeps {@code
 * statement_timeout} itself, unless its process stands still or the network is gone: then nobody
 * does, and the connection stays open. A statement without an answer for a little longer than that
 * costs its connection; who waits for it gets a failure that passes by itself ({@link Outage}), and
 * the pool opens another one. What was sent may have been done, or may be done yet.
 */
public final class DatabasePools {
  /** So much later than PostgreSQL would have ended the statement. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private static final String STATEMENT_TIMEOUT = "statement_timeout";

  private final ConnectionFactory factory;
  private final Duration limit;
  private final int most;
  private final AtomicInteger opening = new AtomicInteger();

  private DatabasePools(ConnectionFactory factory, Duration limit, int most) {
    this.factory = factory;
    this.limit = limit;
    this.most = most;
  }

  /**
   * A pool.
   *
   * @param servers the database; its property {@code statement_timeout}, in milliseconds, is the
   *     longest time that a statement may take
   * @throws IllegalArgumentException if there is no such limit
   */
  @SuppressWarnings("deprecation") // nothing else bounds the time that a log-in takes
  public static Pool of(Vertx vertx, List<PgConnectOptions> servers, PoolOptions options) {
    Duration limit = limit(servers.getFirst().getProperties().get(STATEMENT_TIMEOUT));
    servers.forEach(server -> server.setTcpKeepAlive(true));
    Pool pool =
        PgBuilder.pool().with(options).connectingTo(List.copyOf(servers)).using(vertx).build();
    ConnectionFactory factory =
        PgDriver.INSTANCE.createConnectionFactory(vertx, Utils.roundRobinSupplier(servers));
    return pool.connectionProvider(
        new DatabasePools(factory, limit, options.getMaxSize())::connected);
  }

  private static Duration limit(@Nullable String millis) {
    try {
      long statement = Long.parseLong(millis == null ? "" : millis);
      if (statement > 0) {
        return Duration.ofMillis(statement).plus(SILENCE);
      }
    } catch (NumberFormatException noNumber) {
      // the same as none
    }
    throw new IllegalArgumentException(
        "A pool of connections to PostgreSQL needs a limit: set its additional property "
            + STATEMENT_TIMEOUT
            + " to a number of milliseconds above 0.");
  }

  /**
   * A connection. A server that takes connections and then says nothing cannot be hung up on before
   * the log-in is over; no more of those are left waiting than the pool has places.
   */
  private Future<SqlConnection> connected(Context context) {
    if (opening.incrementAndGet() > most) {
      opening.decrementAndGet();
      return Future.failedFuture(
          new ConnectException("PostgreSQL takes connections and does not answer them"));
    }
    Future<SqlConnection> connecting = factory.connect(context);
    Future<SqlConnection> inTime = connecting.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    connecting.onComplete(done -> {
      opening.decrementAndGet();
      if (done.succeeded() && inTime.failed()) {
        done.result().close();
      }
    });
    return inTime.map(connection -> AnswerDeadline.watching(connection, limit));
  }
}
