package io.slipway.taskapi.logreader;

import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.log.text.RunLog;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.QueryPool;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
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
      where run.uid = $1 and registry.deleted_at is null\
      """;

  private static final String UID =
      "select run.uid from run join registry on registry.uid = run.registry_uid"
          + " where registry.name_key = lower($1) and run.run_id = lower($2)";
  private static final String HEADS =
      """
      select run.uid, run.status, run.attempt, run.agent, run.log_bytes,
        coalesce(run_log.length, 0) as length, coalesce(run_log.sealed, false) as sealed
      from run left join run_log on run_log.run_uid = run.uid where run.uid = any($1)\
      """;

  private final QueryPool queries;
  private final LogStore store;

  ReadLog(QueryPool queries, LogStore store) {
    this.queries = queries;
    this.store = store;
  }

  /** The log of a run as it is now; empty if the run is gone or has printed nothing yet. */
  Uni<Optional<RunLog>> head(UUID run) {
    return queries.reading(connection ->
        connection
            .preparedQuery(HEAD)
            .execute(Sql.values(run))
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

  /** The run with this id, or empty. */
  Uni<Optional<UUID>> uid(String registry, String runId) {
    return queries.reading(connection ->
        connection
            .preparedQuery(UID)
            .execute(Sql.values(registry, runId))
            .map(rows ->
                rows.size() == 0
                    ? Optional.<UUID>empty()
                    : Optional.of(rows.iterator().next().getUUID("uid"))));
  }

  /** The logs of these runs as they are now; those of runs that were deleted are missing. */
  Uni<Map<UUID, RunLog>> heads(UUID[] runs) {
    return queries.reading(connection ->
        connection
            .preparedQuery(HEADS)
            .execute(Sql.values((Object) runs))
            .map(rows -> {
              Map<UUID, RunLog> logs = new HashMap<>();
              rows.forEach(row -> logs.put(row.getUUID("uid"), log(row)));
              return logs;
            }));
  }

  /** Bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  Uni<Buffer> bytes(UUID runUid, long from, long to) {
    return queries.reading(connection -> store.read(connection, runUid, from, to));
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
