package io.slipway.taskapi.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.slipway.identity.client.TimeLimit;
import io.slipway.taskapi.event.Publisher;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes what the {@link Outbox} holds: woken after a commit, and by a timer for what a dead
 * process left. A record is deleted only after the broker has acknowledged it, so it may be
 * published twice and is never lost. One that fails is tried again without holding up those of
 * other keys; one that can never be sent is set aside with the reason.
 */
@ApplicationScoped
public class OutboxRelay {
  private static final String ALONE =
      "select pg_try_advisory_xact_lock(hashtext('slipway.outbox')) as alone,"
          + " set_config('idle_in_transaction_session_timeout', '30s', true)";

  /** A batch ends earlier if the database answers: Kafka has about fifteen seconds for it. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final Duration LOOK_LIMIT = Duration.ofSeconds(5);
  private static final Duration KEEP_DEAD = Duration.ofDays(30);

  private final Outbox outbox;
  private final Publisher publisher;
  private final Transactions transactions;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Vertx vertx;
  private final int batch;
  private final long pollMillis;
  private final boolean enabled;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();
  private volatile boolean stopped;
  private volatile long timer = -1;

  OutboxRelay(
      Outbox outbox,
      Publisher publisher,
      Transactions transactions,
      MeterRegistry meters,
      InstantSource clock,
      Vertx vertx,
      @ConfigProperty(name = "slipway.outbox.batch", defaultValue = "500") int batch,
      @ConfigProperty(name = "slipway.outbox.poll-millis", defaultValue = "500") long pollMillis,
      @ConfigProperty(name = "slipway.outbox.enabled", defaultValue = "true") boolean enabled) {
    this.outbox = outbox;
    this.publisher = publisher;
    this.transactions = transactions;
    this.meters = meters;
    this.clock = clock;
    this.vertx = vertx;
    this.batch = batch;
    this.pollMillis = pollMillis;
    this.enabled = enabled;
  }

  void start(@Observes StartupEvent started) {
    timer = vertx.setPeriodic(pollMillis, ignored -> nudge());
  }

  /** While the database is still there. */
  void stop(@Observes ShutdownEvent stopping) {
    stop();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** Says that there may be something to publish. Never blocks and never fails. */
  public void nudge() {
    if (stopped || !enabled) {
      return;
    }
    // nudge() is called by requests, timers and consumers, on many threads. One of them drains: a
    // second drain would find the rows locked, skip them and stop. What it came for may have been
    // committed after the drain took its last batch, so the drain must look once more.
    if (!draining.compareAndSet(false, true)) {
      again.set(true);
      return;
    }
    drain()
        .subscribe()
        .with(
            ignored -> finished(),
            failure -> {
              Log.warnf("Outbox not published, it will be tried again: %s", failure.toString());
              again.set(false); // the timer tries again: no loop around a broker that is away
              finished();
            });
  }

  /**
   * In this order: a nudge after the first line drains itself, one before it is seen by the second.
   * One that fails to drain before the first line and says so after the second waits for the timer.
   */
  private void finished() {
    draining.set(false);
    if (again.getAndSet(false)) {
      nudge();
    }
  }

  private Uni<Void> drain() {
    return InTurn.whilst(() ->
        TimeLimit.of(LOOK_LIMIT, () -> transactions.reading(outbox::hasDue))
            .chain(
                due -> due ? TimeLimit.of(LIMIT, this::publishBatch) : Uni.createFrom().item(false))
            .map(moved -> moved && !stopped));
  }

  /**
   * One relay at a time, over all instances: another must neither publish the same records nor
   * overtake them with later ones of the same key. PostgreSQL ends the transaction of one that
   * stands still, so that the others go on.
   *
   * @return whether anything left the outbox
   */
  private Uni<Boolean> publishBatch() {
    return transactions.in(connection ->
        connection
            .query(ALONE)
            .execute()
            .chain(rows ->
                rows.iterator().next().getBoolean("alone")
                    ? outbox.take(connection, batch)
                    : Uni.createFrom().item(List.<Outbox.Waiting>of()))
            .chain(waiting ->
                waiting.isEmpty()
                    ? Uni.createFrom().item(false)
                    : sendAll(waiting).chain(results -> note(connection, results))));
  }

  private Uni<Boolean> note(SqlConnection connection, SendResults results) {
    List<Outbox.Waiting> deferred = results.deferred();
    int attempts = deferred.stream().mapToInt(Outbox.Waiting::attempts).max().orElse(0);
    return outbox
        .delete(connection, results.sent())
        .chain(() -> outbox.setAside(connection, results.dead()))
        .chain(() -> outbox.defer(connection, deferred, SendResults.pause(attempts)))
        .invoke(() -> results.dead().forEach(this::count))
        .replaceWith(results.hasMoved());
  }

  private void count(Outbox.Dead dead) {
    meters.counter("slipway.dead", "source", "outbox").increment();
    Log.errorf(
        "Record %d of the outbox, for %s, can never be sent: %s",
        dead.waiting().id(), dead.waiting().message().topic(), dead.reason());
  }

  /** The keys side by side, the records of a key one after another. */
  private Uni<SendResults> sendAll(List<Outbox.Waiting> waiting) {
    Map<List<String>, List<Outbox.Waiting>> byKey = new LinkedHashMap<>();
    for (Outbox.Waiting one : waiting) {
      byKey
          .computeIfAbsent(
              List.of(one.message().topic(), one.message().key()), key -> new ArrayList<>())
          .add(one);
    }
    SendResults results = new SendResults();
    return Uni.join()
        .all(byKey.values().stream().map(key -> send(key, 0, results)).toList())
        .andFailFast()
        .replaceWith(results);
  }

  private Uni<Void> send(List<Outbox.Waiting> key, int index, SendResults results) {
    if (index == key.size()) {
      return Uni.createFrom().voidItem();
    }
    Outbox.Waiting one = key.get(index);
    Outbox.Message message = one.message();
    return publisher
        .send(message.topic(), message.key(), message.headers(), message.payload())
        .invoke(() -> results.sent(one))
        .replaceWith(true)
        .onFailure()
        .recoverWithItem(failure -> {
          if (isFinal(failure)) {
            results.dead(one, failure);
          } else {
            results.failed(one, failure);
          }
          return isFinal(failure);
        })
        .chain(goOn -> goOn ? send(key, index + 1, results) : Uni.createFrom().voidItem());
  }

  /** Whether the record itself is at fault. */
  private static boolean isFinal(Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidTopicException
        || failure instanceof InvalidRecordException
        || failure instanceof SerializationException;
  }

  @Scheduled(
      every = "${slipway.outbox.forget-every:1h}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> forgetDead() {
    return Sweep.of(
        "The search for old dead records",
        transactions.in(
            connection -> outbox.forgetDeadBefore(connection, clock.instant().minus(KEEP_DEAD))));
  }
}
