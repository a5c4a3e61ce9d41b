package io.slipway.taskapi.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.infra.TestInfra;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** A ledger of its own on the real PostgreSQL, for parts that are tested without the service. */
public final class TestLedger implements AutoCloseable {
  private static final UUID REGISTRY = new UUID(1, 1);

  private final TestInfra.Database database = TestInfra.shared().newDatabase("taskapi");
  private final Vertx vertx = Vertx.vertx();
  private final ObjectMapper mapper =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private final Pool pool;
  private long number;

  public TestLedger() {
    this("latest");
  }

  /**
   * @param version up to which the database is migrated
   */
  public TestLedger(String version) {
    migrate(version);
    pool =
        Pool.newInstance(
            PgBuilder.pool()
                .connectingTo(
                    PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password())
                        .setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(8))
                .using(vertx)
                .build());
    change(
        "insert into resource_group values ('g', 'g', 'local', '{}', now());"
            + "insert into registry (uid, name, name_key, group_key, location, sku, tags, state,"
            + " run_prefix, created_at) values ('"
            + REGISTRY
            + "', 'reg', 'reg', 'g', 'local', 'Basic', '{}', 'Succeeded', 'aa', now())");
  }

  /** Applies the migrations up to this one that are missing. */
  public void migrate(String version) {
    Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }

  public Vertx vertx() {
    return vertx;
  }

  public Pool pool() {
    return pool;
  }

  public ObjectMapper mapper() {
    return mapper;
  }

  public JsonText json() {
    return new JsonText(mapper);
  }

  public Transactions transactions() {
    return new Transactions(pool);
  }

  /** A run that an agent owns, first attempt, with a specification of so many characters. */
  public UUID startedRun(int specLength) {
    return run("Started", specLength);
  }

  /** A run with this status, first attempt. */
  public UUID run(String status, int specLength) {
    UUID uid = UUID.randomUUID();
    number++;
    boolean owned = status.equals("Started") || status.equals("Running");
    change(
        "insert into run (uid, registry_uid, registry, number, run_id, kind, run_type,"
            + " trigger_kind, pool, os, architecture, cpu, timeout_seconds, custom_registries,"
            + " own_credentials, spec, status, attempt, agent, lease_until, cancel_requested,"
            + " lost_agents, last_sequence, created_at, queued_at, published_at, started_at,"
            + " updated_at, output_images, archived) values ('"
            + uid
            + "','"
            + REGISTRY
            + "','reg',"
            + number
            + ",'aa"
            + number
            + "','Task','QuickRun','Manual','default','linux','amd64',2,3600,'{}',true, repeat('x',"
            + specLength
            + "),'"
            + status
            + "',1,"
            + (owned ? "'agent-a', now() + interval '12 s'" : "null, null")
            + ",false,'{}',0,now(),now(),now(),now(),now(),'[]',false)");
    return uid;
  }

  /** First column of the first row as text, or null. */
  public String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  public void change(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  /** A connection of its own, for what happens meanwhile. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  @Override
  public void close() {
    pool.closeAndAwait();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
