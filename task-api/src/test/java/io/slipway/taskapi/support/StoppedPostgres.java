package io.slipway.taskapi.support;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL takes no new connections and answers nothing on those of the service under test, until
 * this is closed.
 */
public final class StoppedPostgres implements AutoCloseable {
  private final ProcessHandle server;
  private final List<ProcessHandle> backends = new ArrayList<>();

  /**
   * @param signal {@code STOP}: the service's connections stay open and silent; {@code TERM}: they
   *     are closed
   */
  public StoppedPostgres(String signal) throws SQLException {
    try (Connection connection = Ledger.connect();
        ResultSet own = connection.createStatement().executeQuery("select pg_backend_pid()")) {
      own.next();
      server = process(own.getLong(1)).parent().orElseThrow();
      signal("STOP", server);
      try (ResultSet all =
          connection
              .createStatement()
              .executeQuery(
                  "select pid from pg_stat_activity where datname = current_database()"
                      + " and pid <> pg_backend_pid()")) {
        while (all.next()) {
          backends.add(process(all.getLong(1)));
        }
      }
    }
    backends.forEach(backend -> signal(signal, backend));
  }

  @Override
  public void close() {
    backends.forEach(backend -> signal("CONT", backend));
    signal("CONT", server);
  }

  private static ProcessHandle process(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    if (!process.info().command().orElse("").endsWith("postgres")) {
      throw new IllegalStateException("not a process of PostgreSQL: " + process.info());
    }
    return process;
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      // One that has ended needs no signal.
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
