package io.slipway.taskapi.run;

import static java.util.Objects.requireNonNull;

import io.slipway.taskapi.run.ScheduleRun.Draft;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Numbers of runs: each registry counts its own, from 1. */
@ApplicationScoped
class RunNumbers {
  private static final String COUNT_ON =
      "insert into run_counter (registry_uid, last_number)"
          + " select registry, runs from unnest($1::uuid[], $2::bigint[]) as batch (registry, runs)"
          + " on conflict (registry_uid) do update"
          + " set last_number = run_counter.last_number + excluded.last_number"
          + " returning registry_uid, last_number";

  /**
   * The next numbers, by uid of the draft. The counters stay locked until the transaction ends;
   * they are locked in the order of the registries' uids, so that two batches never deadlock.
   */
  Uni<Map<UUID, Long>> next(SqlConnection connection, List<Draft> drafts) {
    // UUID.compareTo is signed; any order will do that is the same everywhere.
    Map<UUID, Long> counts = new TreeMap<>();
    drafts.forEach(draft -> counts.merge(draft.registryUid(), 1L, Long::sum));
    return connection
        .preparedQuery(COUNT_ON)
        .execute(
            Sql.values(counts.keySet().toArray(UUID[]::new), counts.values().toArray(Long[]::new)))
        .map(rows -> assigned(rows, counts, drafts));
  }

  private static Map<UUID, Long> assigned(
      RowSet<Row> rows, Map<UUID, Long> counts, List<Draft> drafts) {
    Map<UUID, Long> next = new HashMap<>();
    rows.forEach(row -> {
      UUID registry = row.getUUID("registry_uid");
      next.put(registry, row.getLong("last_number") - requireNonNull(counts.get(registry)) + 1);
    });
    Map<UUID, Long> assigned = new HashMap<>();
    for (Draft draft : drafts) {
      long number = requireNonNull(next.get(draft.registryUid()));
      assigned.put(draft.uid(), number);
      next.put(draft.registryUid(), number + 1);
    }
    return assigned;
  }
}
