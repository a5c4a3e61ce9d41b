package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Statements of the dispatcher. Each goes along a partial index, from one registry that waits to
 * the next, and touches as many runs as the window has: none depends on how long the backlog or the
 * history is.
 */
@ApplicationScoped
class DispatchRows {
  private static final String LANE = " pool = $1 and os = $2 and architecture = $3 ";
  private static final String WAITS = " status = 'Queued' and published_at is null ";
  private static final String TOLD = " status = 'Queued' and published_at is not null ";

  private static final String BUSY_LANES =
      """
      with recursive lane as (
        (select pool, os, architecture from run where %1$s
          order by pool, os, architecture limit 1)
        union all
        select next.pool, next.os, next.architecture from lane cross join lateral (
          select pool, os, architecture from run
          where %1$s
            and (run.pool, run.os, run.architecture) > (lane.pool, lane.os, lane.architecture)
          order by pool, os, architecture limit 1) next)
      select pool, os, architecture, (
        select count(*) from run where run.pool = lane.pool and run.os = lane.os
          and run.architecture = lane.architecture and %2$s)::int as in_window
      from lane\
      """
          .formatted(WAITS, TOLD);

  private static final String WAITING =
      """
      with recursive waiting as (
        (select registry_uid from run where %1$s and %2$s order by registry_uid limit 1)
        union all
        select next.registry_uid from waiting cross join lateral (
          select registry_uid from run
          where %1$s and %2$s and run.registry_uid > waiting.registry_uid
          order by registry_uid limit 1) next)
      select registry.uid, registry.name, registry.tags
      from waiting join registry on registry.uid = waiting.registry_uid\
      """
          .formatted(LANE, WAITS);

  private static final String TAKE =
      """
      with taken as (
        select head.uid from unnest($4::uuid[], $5::int[]) as turn (registry, most)
        cross join lateral (
          select uid from run where %1$s and registry_uid = turn.registry and %2$s
          order by priority desc, number limit turn.most for no key update skip locked) head)
      update run set published_at = clock_timestamp() from taken where run.uid = taken.uid
      returning %3$s\
      """
          .formatted(LANE, WAITS, QueuedRuns.COLUMNS);

  /** A registry with runs in the backlog of a lane. */
  record Registry(UUID uid, String name, String tags) {}

  /** A lane with a backlog, and how many of its runs are in the window. */
  record BusyLane(Lane lane, int inWindow) {}

  Uni<List<BusyLane>> busyLanes(SqlConnection connection) {
    return connection
        .preparedQuery(BUSY_LANES)
        .execute()
        .map(rows ->
            QueuedRuns.each(
                rows, row -> new BusyLane(QueuedRuns.lane(row), row.getInteger("in_window"))));
  }

  /** Lanes with runs in the window. */
  Uni<List<Lane>> toldLanes(SqlConnection connection) {
    return connection
        .preparedQuery("select distinct pool, os, architecture from run where" + TOLD)
        .execute()
        .map(rows -> QueuedRuns.each(rows, QueuedRuns::lane));
  }

  /** Whose turn it is; the row stays locked, so that one instance at a time gives turns. */
  Uni<Turns.State> lock(SqlConnection connection, Lane lane) {
    return select(connection, lane)
        .chain(found ->
            found.isPresent()
                ? Uni.createFrom().item(found)
                : connection
                    .preparedQuery(
                        "insert into dispatch_lane (pool, os, architecture) values ($1, $2, $3)"
                            + " on conflict do nothing")
                    .execute(values(lane))
                    .chain(() -> select(connection, lane)))
        .map(Optional::orElseThrow);
  }

  /** An instance that is paused while it gives turns loses the lane to the others. */
  private static Uni<Optional<Turns.State>> select(SqlConnection connection, Lane lane) {
    return connection
        .preparedQuery(
            "select virtual_time, registries, times,"
                + " set_config('idle_in_transaction_session_timeout', '3s', true)"
                + " from dispatch_lane where"
                + LANE
                + "for update")
        .execute(values(lane))
        .map(rows ->
            rows.size() == 0 ? Optional.empty() : Optional.of(state(rows.iterator().next())));
  }

  Uni<Void> save(SqlConnection connection, Lane lane, Turns.State state) {
    List<Map.Entry<UUID, Long>> times = List.copyOf(state.times().entrySet());
    return connection
        .preparedQuery(
            "update dispatch_lane set virtual_time = $4, registries = $5, times = $6 where" + LANE)
        .execute(
            values(
                lane,
                state.now(),
                times.stream().map(Map.Entry::getKey).toArray(UUID[]::new),
                times.stream().map(Map.Entry::getValue).toArray(Long[]::new)))
        .replaceWithVoid();
  }

  /** Registries with a backlog in the lane. */
  Uni<List<Registry>> waiting(SqlConnection connection, Lane lane) {
    return connection
        .preparedQuery(WAITING)
        .execute(values(lane))
        .map(rows ->
            QueuedRuns.each(
                rows,
                row ->
                    new Registry(
                        row.getUUID("uid"), row.getString("name"), row.getString("tags"))));
  }

  /** Runs of each registry in the window of the lane. */
  Uni<Map<UUID, Integer>> inWindow(SqlConnection connection, Lane lane) {
    return connection
        .preparedQuery(
            "select registry_uid, count(*)::int as runs from run where"
                + LANE
                + "and"
                + TOLD
                + "group by registry_uid")
        .execute(values(lane))
        .map(DispatchRows::counts);
  }

  /** Runs of each registry that agents of the pool own. */
  Uni<Map<UUID, Integer>> owned(SqlConnection connection, String pool) {
    return connection
        .preparedQuery(
            "select registry_uid, count(*)::int as runs from run"
                + " where status in ('Started', 'Running') and pool = $1 group by registry_uid")
        .execute(Sql.values(pool))
        .map(DispatchRows::counts);
  }

  /** Moves the first runs of registries to the window. */
  Uni<List<QueuedRun>> take(SqlConnection connection, Lane lane, Map<UUID, Integer> counts) {
    List<UUID> registries = List.copyOf(counts.keySet());
    return connection
        .preparedQuery(TAKE)
        .execute(
            values(
                lane,
                registries.toArray(UUID[]::new),
                registries.stream().map(counts::get).toArray(Integer[]::new)))
        .map(QueuedRuns::all);
  }

  private static Tuple values(Lane lane, Object... more) {
    List<Object> values = new ArrayList<>(List.of(lane.pool(), lane.os(), lane.architecture()));
    values.addAll(List.of(more));
    return Sql.values(values.toArray());
  }

  private static Map<UUID, Integer> counts(RowSet<Row> rows) {
    Map<UUID, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.put(row.getUUID("registry_uid"), row.getInteger("runs")));
    return counts;
  }

  private static Turns.State state(Row row) {
    UUID[] registries = row.getArrayOfUUIDs("registries");
    Long[] times = row.getArrayOfLongs("times");
    Map<UUID, Long> ahead = new HashMap<>();
    for (int i = 0; i < registries.length; i++) {
      ahead.put(registries[i], times[i]);
    }
    return new Turns.State(row.getLong("virtual_time"), ahead);
  }
}
