package io.slipway.e2e.faults;

import io.slipway.e2e.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Reads the ledger's tables past the API. Each call connects anew: the database may have been
 * killed since the last one.
 */
final class LedgerRows {
  private static final Set<String> TERMINAL =
      Set.of("Succeeded", "Failed", "Canceled", "Error", "Timeout");
  private static final String RUNS =
      """
      select run.uid, right(run_request.key, 36), run.run_id, run.status, run.attempt, run.agent,
        run.created_at, run.started_at,
        run.log_bytes is not null and coalesce(run_log.length, 0) >= run.log_bytes
      from run_request join run on run.uid = run_request.run_uid
        left join run_log on run_log.run_uid = run.uid
      where right(run_request.key, 36) = any (?) order by run.created_at
      """;

  private final Platform platform;

  LedgerRows(Platform platform) {
    this.platform = platform;
  }

  /**
   * A run as the ledger has it.
   *
   * @param key what its sender knows it by: its Idempotency-Key or the id of its event
   * @param started when an agent began it, or null
   * @param logged whether its whole log is stored
   */
  record Row(
      UUID uid,
      String key,
      String runId,
      String status,
      int attempt,
      String agent,
      Instant created,
      Instant started,
      boolean logged) {

    boolean isTerminal() {
      return TERMINAL.contains(status);
    }
  }

  /** The runs of these keys. */
  List<Row> of(Collection<String> keys) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement query = connection.prepareStatement(RUNS)) {
      query.setArray(1, connection.createArrayOf("text", keys.toArray()));
      List<Row> rows = new ArrayList<>();
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          Timestamp started = found.getTimestamp(8);
          rows.add(
              new Row(
                  found.getObject(1, UUID.class),
                  found.getString(2),
                  found.getString(3),
                  found.getString(4),
                  found.getInt(5),
                  found.getString(6),
                  found.getTimestamp(7).toInstant(),
                  started == null ? null : started.toInstant(),
                  found.getBoolean(9)));
        }
      }
      return rows;
    }
  }

  /** What still waits: queued runs, runs under a lease, records of the outbox. */
  long waiting() throws SQLException {
    return count(
        """
        select (select count(*) from run where status in ('Queued', 'Started', 'Running'))
          + (select count(*) from outbox)
        """);
  }

  /** A single number. */
  long count(String sql) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement query = connection.prepareStatement(sql);
        ResultSet found = query.executeQuery()) {
      found.next();
      return found.getLong(1);
    }
  }

  private Connection connect() throws SQLException {
    try {
      String password =
          Files.readString(platform.state().resolve("keys/db-taskapi.password")).strip();
      return DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:%d/slipway?connectTimeout=5&socketTimeout=20"
              .formatted(platform.portBase() + 7),
          "taskapi",
          password);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
