package io.slipway.bench.platform;

import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.PrivateFiles;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The ledger's tables, read past the API: one cheap query instead of many calls. */
public final class Ledger implements AutoCloseable {
  private static final String COUNTS =
      """
      select count(*),
        count(*) filter (where status in ('Queued', 'Started', 'Running'))
      from run join registry on registry.uid = run.registry_uid
      where registry.name_key = ? and run.number > ?
      """;

  /** A run that an event asked for goes by the event's id, which its sender knows. */
  private static final String RUNS =
      """
      select coalesce(right(run_request.key, 36), run.run_id), run.status, run.created_at,
        run.started_at, run.finished_at,
        run.log_bytes is not null and coalesce(run_log.length, 0) >= run.log_bytes
      from run join registry on registry.uid = run.registry_uid
        left join run_log on run_log.run_uid = run.uid
        left join run_request on run_request.run_uid = run.uid
      where registry.name_key = ? and run.number > ? order by run.number
      """;

  private final Connection connection;

  private Ledger(Connection connection) {
    this.connection = connection;
  }

  /**
   * A run as the ledger has it.
   *
   * @param id its run id, or the id of the event that asked for it
   * @param logged whether its whole log is stored
   */
  public record Row(
      String id,
      String status,
      Instant created,
      @Nullable Instant started,
      @Nullable Instant finished,
      boolean logged) {

    /** Whether its end and its whole log are stored; all its other events came before its end. */
    public boolean isComplete() {
      return finished != null && logged;
    }
  }

  /** Opens it as the service does. */
  public static Ledger open(BenchPlatform platform) throws SQLException {
    return new Ledger(connect(platform));
  }

  /** A connection to the platform's database as task-api has them. */
  public static Connection connect(BenchPlatform platform) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "taskapi");
    properties.setProperty(
        "password",
        PrivateFiles.read(platform.state().keys().resolve("db-taskapi.password")).strip());
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + platform.ports().postgres()
            + "/"
            + ServiceConfigs.DATABASE,
        properties);
  }

  /**
   * How far the runs of a registry are.
   *
   * @param accepted runs that there are
   * @param open those that are not over
   */
  public record Counts(int accepted, int open) {}

  /** Runs after a number. */
  public Counts counts(String registry, long after) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(COUNTS)) {
      query.setString(1, registry);
      query.setLong(2, after);
      try (ResultSet found = query.executeQuery()) {
        found.next();
        return new Counts(found.getInt(1), found.getInt(2));
      }
    }
  }

  /** Number of the newest run of a registry; 0 if there is none. */
  public long newest(String registry) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "select coalesce(max(number), 0) from run where registry_uid ="
                + " (select uid from registry where name_key = ?)")) {
      query.setString(1, registry);
      try (ResultSet found = query.executeQuery()) {
        found.next();
        return found.getLong(1);
      }
    }
  }

  /** The runs after a number, in their order. */
  public List<Row> after(String registry, long number) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(RUNS)) {
      query.setString(1, registry);
      query.setLong(2, number);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          rows.add(
              new Row(
                  found.getString(1),
                  found.getString(2),
                  found.getTimestamp(3).toInstant(),
                  instant(found.getTimestamp(4)),
                  instant(found.getTimestamp(5)),
                  found.getBoolean(6)));
        }
      }
    }
    return rows;
  }

  /** The connection itself, for what the other methods do not say. */
  public Connection connection() {
    return connection;
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
