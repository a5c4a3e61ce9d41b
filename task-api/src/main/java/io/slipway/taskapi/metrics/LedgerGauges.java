package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How much waits and who works, read from the ledger every few seconds. */
@ApplicationScoped
public class LedgerGauges {
  // Each part reads a partial index or a small table; a longer backlog is not counted to its end.
  private static final String READ =
      """
      select
        (select count(*) from (select 1 from run
          where status = 'Queued' and published_at is null limit 100000) backlog)
          + (select count(*) from run where status = 'Queued' and published_at is not null)
          as pending,
        (select count(*) from run where status in ('Started', 'Running')) as active,
        (select count(*) from (select 1 from outbox limit 100000) waiting) as outbox,
        coalesce((select extract(epoch from $1::timestamptz - min(created_at)) from outbox), 0)::float8
          as oldest,
        (select coalesce(sum(busy), 0) from agent where last_seen > $2)::bigint as busy,
        (select coalesce(sum(greatest(slots - busy, 0)), 0) from agent where last_seen > $2)::bigint
          as idle,
        (select count(*) from (select 1 from pending_cleanup limit 100000) waiting) as cleanups\
      """;
  private static final Duration ALIVE = Duration.ofSeconds(15);

  private final Transactions transactions;
  private final Leader leader;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Map<String, Double> values = new ConcurrentHashMap<>();

  LedgerGauges(
      Transactions transactions, Leader leader, MeterRegistry meters, InstantSource clock) {
    this.transactions = transactions;
    this.leader = leader;
    this.meters = meters;
    this.clock = clock;
    gauge("pending", "slipway.runs.pending", Tags.empty());
    gauge("outbox", "slipway.outbox.pending", Tags.empty());
    gauge("oldest", "slipway.outbox.oldest.seconds", Tags.empty());
    gauge("cleanups", "slipway.cleanups.pending", Tags.empty());
    gauge("pending", "cicd.pipeline.run.active", Tags.of("state", "pending"));
    gauge("active", "cicd.pipeline.run.active", Tags.of("state", "executing"));
    gauge("busy", "cicd.worker.count", Tags.of("state", "busy"));
    gauge("idle", "cicd.worker.count", Tags.of("state", "available"));
  }

  @Scheduled(
      every = "${slipway.metrics.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> read() {
    if (!leader.leads()) {
      values.clear(); // one instance says it for all: sums over the instances are right
      return Uni.createFrom().voidItem();
    }
    return Sweep.of("The reading of gauges", readNow());
  }

  private Uni<Void> readNow() {
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(READ)
                .execute(Sql.values(clock.instant(), clock.instant().minus(ALIVE))))
        .invoke(rows -> keep(rows.iterator().next()))
        .replaceWithVoid();
  }

  private void keep(Row row) {
    for (String name :
        new String[] {"pending", "active", "outbox", "oldest", "busy", "idle", "cleanups"}) {
      values.put(name, ((Number) row.getValue(name)).doubleValue());
    }
  }

  private void gauge(String column, String name, Tags tags) {
    Gauge.builder(name, () -> values.getOrDefault(column, 0.0)).tags(tags).register(meters);
  }
}
