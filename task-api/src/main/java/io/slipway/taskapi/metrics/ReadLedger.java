package io.slipway.taskapi.metrics;

import io.slipway.taskapi.metrics.LedgerReading.Backlog;
import io.slipway.taskapi.metrics.LedgerReading.Pool;
import io.slipway.taskapi.metrics.LedgerReading.Queue;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads what waits or goes on. Each part reads a partial index or a small table; a longer backlog
 * is not counted to its end.
 */
@ApplicationScoped
class ReadLedger {
  private static final Duration ALIVE = Duration.ofSeconds(15);
  private static final String QUEUES =
      """
      select queue.pool, run.registry, queue.waiting, run.created_at as since
      from (
        select pool, registry_uid, count(*) as waiting, min(number) as first
        from (
          (select pool, registry_uid, number from run
            where status = 'Queued' and published_at is null limit 100000)
          union all
          (select pool, registry_uid, number from run
            where status = 'Queued' and published_at is not null limit 100000)) waiting
        group by pool, registry_uid) queue
      join run on run.registry_uid = queue.registry_uid and run.number = queue.first\
      """;
  private static final String POOLS =
      """
      select pool, sum(agents)::bigint as agents, sum(busy)::bigint as busy,
        sum(idle)::bigint as idle, sum(active)::bigint as active
      from (
        select pool, count(*) filter (where last_seen > $1) as agents,
          coalesce(sum(busy) filter (where last_seen > $1), 0) as busy,
          coalesce(sum(greatest(slots - busy, 0))
            filter (where last_seen > $1 and not draining), 0) as idle,
          0 as active
        from agent group by pool
        union all
        select pool, 0, 0, 0, count(*) from run where status in ('Started', 'Running')
        group by pool) parts
      group by pool\
      """;
  private static final String BACKLOGS =
      """
      select 'outbox' as what, count(*) as waiting, min(at) as since
        from (select created_at as at from outbox order by id limit 100000) part
      union all
      select 'dead-record', count(*), min(at)
        from (select died_at as at from dead_outbox limit 100000) part
      union all
      select 'cleanup', count(*), min(at) from (select due_at as at from pending_cleanup
        where set_aside_at is null and due_at <= $1 limit 100000) part
      union all
      select 'cleanup-set-aside', count(*), min(at) from (select set_aside_at as at
        from pending_cleanup where set_aside_at is not null limit 100000) part
      union all
      select 'log', count(*), min(at)
        from (select since as at from open_log order by since limit 100000) part
      union all
      select 'timer', count(*), min(due_at) from timer_trigger where due_at <= $1
      union all
      select 'deletion', count(*), min(deleted_at) from registry where deleted_at is not null\
      """;

  Uni<LedgerReading> read(SqlConnection connection, Instant now) {
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery(QUEUES)
                .execute()
                .map(rows ->
                    list(
                        rows,
                        row ->
                            new Queue(
                                row.getString("pool"),
                                row.getString("registry"),
                                row.getLong("waiting"),
                                Sql.time(row, "since")))),
            connection
                .preparedQuery(POOLS)
                .execute(Sql.values(now.minus(ALIVE)))
                .map(rows ->
                    list(
                        rows,
                        row ->
                            new Pool(
                                row.getString("pool"),
                                row.getLong("agents"),
                                row.getLong("busy"),
                                row.getLong("idle"),
                                row.getLong("active")))),
            connection
                .preparedQuery(BACKLOGS)
                .execute(Sql.values(now))
                .map(rows -> list(rows, ReadLedger::backlog)))
        .asTuple()
        .map(parts -> new LedgerReading(parts.getItem1(), parts.getItem2(), parts.getItem3()));
  }

  private static Backlog backlog(Row row) {
    return new Backlog(row.getString("what"), row.getLong("waiting"), Sql.timeOrNull(row, "since"));
  }

  private static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    List<T> list = new ArrayList<>(rows.size());
    rows.forEach(row -> list.add(read.apply(row)));
    return list;
  }
}
