package io.slipway.bench.runs;

import io.slipway.bench.platform.BenchPlatform;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.PrivateFiles;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;

/** What PostgreSQL is asked, by its extension {@code pg_stat_statements}. */
final class Statements {
  private static final String TOP =
      """
      select calls, rows, total_exec_time, mean_exec_time, regexp_replace(query, '\\s+', ' ', 'g')
      from pg_stat_statements where query not ilike '%pg_stat_statements%'
      order by total_exec_time desc limit 25
      """;

  private final BenchPlatform platform;

  private Statements(BenchPlatform platform) {
    this.platform = platform;
  }

  /** Has PostgreSQL count its statements from its next start on. */
  static Statements prepare(BenchPlatform platform) throws SQLException {
    Statements statements = new Statements(platform);
    statements.execute("alter system set shared_preload_libraries = 'pg_stat_statements'");
    return statements;
  }

  /** Begins to count. */
  void start() throws SQLException {
    execute("create extension if not exists pg_stat_statements");
    execute("select pg_stat_statements_reset()");
  }

  /** The statements that took most time since then, as text. */
  String stop(int runs) throws SQLException {
    StringBuilder text =
        new StringBuilder("Statements of PostgreSQL: calls/run, rows/run, ms/run, ms each\n");
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(TOP)) {
      while (found.next()) {
        String query = found.getString(5).strip();
        text.append(
            String.format(
                Locale.ROOT,
                "%7.2f %7.2f %7.3f %8.3f  %s%n",
                found.getDouble(1) / runs,
                found.getDouble(2) / runs,
                found.getDouble(3) / runs,
                found.getDouble(4),
                query.substring(0, Math.min(query.length(), 220))));
      }
    }
    return text.toString();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty(
        "password",
        PrivateFiles.read(platform.state().data("postgres").resolve("superuser.password")).strip());
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + platform.ports().postgres()
            + "/"
            + ServiceConfigs.DATABASE,
        properties);
  }
}
