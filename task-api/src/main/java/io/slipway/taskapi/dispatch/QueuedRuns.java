package io.slipway.taskapi.dispatch;

import io.slipway.contract.Causation;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.store.Sql;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Rows of runs that wait, without their specification. */
@ApplicationScoped
class QueuedRuns {
  /** What {@link #all} needs. */
  static final String COLUMNS =
      "run.uid, run.run_id, run.registry, run.task, run.attempt, run.registry_uid, run.pool,"
          + " run.os, run.architecture, run.queued_at, run.priority, run.number,"
          + " run.request_id, run.request_source, run.request_trace";

  private static final Comparator<Row> FIRST =
      Comparator.<Row>comparingInt(row -> -row.getInteger("priority"))
          .thenComparingLong(row -> row.getLong("number"));

  /** The runs; those of a registry are in the order in which they are handed out. */
  static List<QueuedRun> all(RowSet<Row> rows) {
    List<Row> sorted = each(rows, row -> row);
    sorted.sort(FIRST);
    return sorted.stream().map(QueuedRuns::run).toList();
  }

  private static QueuedRun run(Row row) {
    return new QueuedRun(
        new RunRef(
            row.getUUID("uid"),
            row.getString("run_id"),
            row.getString("registry"),
            row.getString("task"),
            row.getInteger("attempt")),
        row.getUUID("registry_uid"),
        lane(row),
        Causation.of(
            row.getString("request_id"),
            row.getString("request_source"),
            row.getString("request_trace")),
        Sql.time(row, "queued_at"));
  }

  static Lane lane(Row row) {
    return new Lane(row.getString("pool"), row.getString("os"), row.getString("architecture"));
  }

  static <T> List<T> each(RowSet<Row> rows, Function<Row, T> read) {
    List<T> all = new ArrayList<>(rows.size());
    rows.forEach(row -> all.add(read.apply(row)));
    return all;
  }
}
