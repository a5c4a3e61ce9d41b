package io.slipway.taskapi.logreader;

import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.log.text.RunLog;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Reads logs while they grow. */
@ApplicationScoped
class ReadLog {
  private static final String HEAD =
      """
      select run.uid, run.status, run.attempt, run.agent, run.log_bytes,
        coalesce(run_log.length, 0) as length, coalesce(run_log.sealed, false) as sealed,
        run_log.run_uid is not null as present
      from run left join run_log on run_log.run_uid = run.uid
        join registry on registry.uid = run.registry_uid
      where registry.name_key = lower($1) and run.run_id = lower($2)\
      """;

  private final Transactions transactions;
  private final LogStore store;

  ReadLog(Transactions transactions, LogStore store) {
    this.transactions = transactions;
    this.store = store;
  }

  /** The log of a run as it is now; empty if the run is unknown or has printed nothing yet. */
  Uni<Optional<RunLog>> head(String registry, String runId) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(HEAD)
            .execute(Sql.values(registry, runId))
            .map(rows -> {
              if (rows.size() == 0) {
                return Optional.<RunLog>empty();
              }
              Row row = rows.iterator().next();
              RunLog log = log(row);
              boolean present = row.getBoolean("present") || log.complete().isPresent();
              return present ? Optional.of(log) : Optional.empty();
            }));
  }

  /** Bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  Uni<Buffer> bytes(UUID runUid, long from, long to) {
    return transactions.reading(connection -> store.read(connection, runUid, from, to));
  }

  private static RunLog log(Row row) {
    return new RunLog(
        row.getUUID("uid"),
        row.getLong("length"),
        RunState.of(
            row.getString("status"),
            row.getInteger("attempt"),
            RunOwner.of(row.getString("agent"), null),
            false),
        row.getLong("log_bytes"),
        row.getBoolean("sealed"));
  }
}
