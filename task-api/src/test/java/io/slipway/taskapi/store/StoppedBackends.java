package io.slipway.taskapi.store;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * PostgreSQL's processes behind the connections that are open now, stopped: what is asked of them
 * never comes back, and the connections stay open. New connections are served.
 */
public final class StoppedBackends implements AutoCloseable {
  private final List<ProcessHandle> backends;

  /**
   * Stops those of a database's connections; there must be one.
   *
   * @param query runs a statement on a connection of its own
   */
  public StoppedBackends(UnaryOperator<String> query) {
    String pids =
        query.apply(
            "select string_agg(pid::text, ' ') from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");
    backends =
        Stream.of(pids.split(" "))
            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
            .toList();
    for (ProcessHandle backend : backends) {
      if (!backend.info().command().orElse("").endsWith("postgres")) {
        throw new IllegalStateException("not a process of PostgreSQL: " + backend.info());
      }
      signal("-STOP", backend);
    }
  }

  /** They go on. */
  @Override
  public void close() {
    backends.forEach(backend -> signal("-CONT", backend));
  }

  private static void signal(String name, ProcessHandle backend) {
    try {
      new ProcessBuilder("kill", name, Long.toString(backend.pid())).inheritIO().start().waitFor();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
