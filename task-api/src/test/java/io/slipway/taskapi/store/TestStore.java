package io.slipway.taskapi.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.identity.client.database.DatabasePools;
import io.slipway.infra.TestInfra;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A ledger of its own, as the migrations make it, without a service. */
public final class TestStore implements AutoCloseable {
  /** Connections of a pool. */
  public static final int SIZE = 8;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Vertx vertx = Vertx.vertx();
  private final TestInfra.Database database;
  private final Pool pool;

  private TestStore(TestInfra.Database database, Map<String, String> settings) {
    this.database = database;
    PgConnectOptions options =
        PgConnectOptions.fromUri(database.reactiveUrl())
            .setUser(database.user())
            .setPassword(database.password())
            .setCachePreparedStatements(true)
            .addProperty("statement_timeout", "30000");
    settings.forEach(options::addProperty);
    PoolOptions size = new PoolOptions().setMaxSize(SIZE);
    pool = Pool.newInstance(DatabasePools.of(vertx.getDelegate(), List.of(options), size));
  }

  /** A migrated database. */
  public static TestStore migrated() {
    TestStore store = new TestStore(TestInfra.shared().newDatabase("taskapi"), Map.of());
    store.change(migrations(Integer.MAX_VALUE));
    return store;
  }

  /** The same database with settings for the session of each connection. */
  public TestStore with(Map<String, String> settings) {
    return new TestStore(database, settings);
  }

  /** All migrations up to a version, one after the other. */
  public static String migrations(int upTo) {
    StringBuilder sql = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      List<Path> sorted =
          files
              .filter(file -> version(file) <= upTo)
              .sorted(Comparator.comparingInt(TestStore::version))
              .toList();
      for (Path file : sorted) {
        sql.append(Files.readString(file)).append('\n');
      }
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
    return sql.toString();
  }

  private static int version(Path file) {
    String name = file.getFileName().toString();
    return Integer.parseInt(name.substring(1, name.indexOf("__")));
  }

  public Pool pool() {
    return pool;
  }

  public QueryPool queries() {
    return new QueryPool(pool);
  }

  public Transactions transactions() {
    return new Transactions(pool);
  }

  public static JsonText json() {
    return new JsonText(new ObjectMapper().registerModule(new JavaTimeModule()));
  }

  /** Runs statements. */
  public void change(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  /** First column of the first row as text. */
  public String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  /** Another session of the database. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** What the work gives. */
  public static <T> T await(Uni<T> work) {
    return work.await().atMost(LIMIT);
  }

  @Override
  public void close() {
    await(pool.close());
    await(vertx.close());
  }
}
