package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.metrics.LedgerReading.Pool;
import io.slipway.taskapi.metrics.LedgerReading.Queue;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How much waits, for how long, and who works, read from the ledger every few seconds. One instance
 * says it for all, and the others nothing: sums over the instances are right.
 */
@ApplicationScoped
public class LedgerGauges {
  private static final int MOST_REGISTRIES = 20;
  private static final String STATE = "cicd.pipeline.run.state";
  private static final String WORKER_STATE = "cicd.worker.state";

  private final Transactions transactions;
  private final ReadLedger readLedger;
  private final Leader leader;
  private final InstantSource clock;
  private final MultiGauge runs;
  private final MultiGauge runsOldest;
  private final MultiGauge registries;
  private final MultiGauge registriesOldest;
  private final MultiGauge agents;
  private final MultiGauge slots;
  private final MultiGauge waiting;
  private final MultiGauge waitingOldest;

  LedgerGauges(
      Transactions transactions,
      ReadLedger readLedger,
      Leader leader,
      MeterRegistry meters,
      InstantSource clock) {
    this.transactions = transactions;
    this.readLedger = readLedger;
    this.leader = leader;
    this.clock = clock;
    this.runs = gauge(meters, "cicd.pipeline.run.active", "Runs that wait or are executed");
    this.runsOldest =
        gauge(meters, "slipway.runs.oldest.seconds", "Age of the oldest run that waits");
    this.registries =
        gauge(meters, "slipway.registry.runs.pending", "Runs that wait, of the fullest registries");
    this.registriesOldest =
        gauge(meters, "slipway.registry.runs.oldest.seconds", "Age of the oldest of them");
    this.agents = gauge(meters, "slipway.agents", "Agents that are alive");
    this.slots = gauge(meters, "cicd.worker.count", "Slots of agents");
    this.waiting = gauge(meters, "slipway.waiting", "What else waits for this service");
    this.waitingOldest =
        gauge(meters, "slipway.waiting.oldest.seconds", "Age of the oldest of it; 0: none waits");
  }

  private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
    return MultiGauge.builder(name).description(description).register(meters);
  }

  @Scheduled(
      every = "${slipway.metrics.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> read() {
    if (!leader.leads()) {
      show(LedgerReading.NONE, clock.instant());
      return Uni.createFrom().voidItem();
    }
    Instant now = clock.instant();
    return Sweep.of(
        "The reading of gauges",
        transactions
            .reading(connection -> readLedger.read(connection, now))
            .invoke(reading -> show(reading, now))
            .replaceWithVoid());
  }

  private void show(LedgerReading reading, Instant now) {
    showPools(reading, now);
    List<Row<?>> number = new ArrayList<>();
    List<Row<?>> oldest = new ArrayList<>();
    for (Queue queue : Fullest.of(reading.queues(), MOST_REGISTRIES)) {
      number.add(Row.of(Tags.of("registry", queue.registry()), queue.waiting()));
      oldest.add(Row.of(Tags.of("registry", queue.registry()), age(queue.since(), now)));
    }
    registries.register(number, true);
    registriesOldest.register(oldest, true);
    waiting.register(
        rows(reading.backlogs(), one -> Row.of(Tags.of("what", one.what()), one.waiting())), true);
    waitingOldest.register(
        rows(reading.backlogs(), one -> Row.of(Tags.of("what", one.what()), age(one.since(), now))),
        true);
  }

  private void showPools(LedgerReading reading, Instant now) {
    Map<String, Queue> queues = new TreeMap<>();
    reading.queues().forEach(one -> queues.merge(one.pool(), one, Fullest::sum));
    Map<String, Pool> pools = new TreeMap<>();
    queues.keySet().forEach(name -> pools.put(name, new Pool(name, 0, 0, 0, 0)));
    reading.pools().forEach(pool -> pools.put(pool.name(), pool));
    List<Row<?>> active = new ArrayList<>();
    List<Row<?>> oldest = new ArrayList<>();
    List<Row<?>> alive = new ArrayList<>();
    List<Row<?>> workers = new ArrayList<>();
    pools.forEach((name, pool) -> {
      Tags tags = Tags.of("pool", name);
      Queue queue = queues.get(name);
      active.add(Row.of(tags.and(STATE, "pending"), queue == null ? 0 : queue.waiting()));
      active.add(Row.of(tags.and(STATE, "executing"), pool.active()));
      oldest.add(Row.of(tags, queue == null ? 0 : age(queue.since(), now)));
      alive.add(Row.of(tags, pool.agents()));
      workers.add(Row.of(tags.and(WORKER_STATE, "busy"), pool.busy()));
      workers.add(Row.of(tags.and(WORKER_STATE, "available"), pool.idle()));
    });
    runs.register(active, true);
    runsOldest.register(oldest, true);
    agents.register(alive, true);
    slots.register(workers, true);
  }

  private static <T> List<Row<?>> rows(List<T> parts, Function<T, Row<?>> row) {
    List<Row<?>> rows = new ArrayList<>(parts.size());
    parts.forEach(part -> rows.add(row.apply(part)));
    return rows;
  }

  private static double age(@Nullable Instant since, Instant now) {
    return since == null ? 0 : Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
  }
}
