package io.slipway.taskapi.outbox;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.slipway.taskapi.event.Publisher;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes what the {@link Outbox} holds: woken after a commit, and by a timer for what a dead
 * process left. A record is deleted only after the broker has acknowledged it, so it may be
 * published twice and is never lost. Several relays may run; each skips what another holds.
 */
@ApplicationScoped
public class OutboxRelay {
  private final Outbox outbox;
  private final Publisher publisher;
  private final Transactions transactions;
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
      Vertx vertx,
      @ConfigProperty(name = "slipway.outbox.batch", defaultValue = "500") int batch,
      @ConfigProperty(name = "slipway.outbox.poll-millis", defaultValue = "500") long pollMillis,
      @ConfigProperty(name = "slipway.outbox.enabled", defaultValue = "true") boolean enabled) {
    this.outbox = outbox;
    this.publisher = publisher;
    this.transactions = transactions;
    this.vertx = vertx;
    this.batch = batch;
    this.pollMillis = pollMillis;
    this.enabled = enabled;
  }

  void start(@Observes StartupEvent started) {
    timer = vertx.setPeriodic(pollMillis, ignored -> nudge());
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
    return publishBatch()
        .chain(sent -> sent == batch && !stopped ? drain() : Uni.createFrom().voidItem());
  }

  /**
   * The rows stay locked until the broker has acknowledged them all: another relay must neither
   * publish them as well nor overtake them with later ones of the same run.
   */
  private Uni<Integer> publishBatch() {
    return transactions.in(connection ->
        outbox
            .take(connection, batch)
            .chain(waiting ->
                waiting.isEmpty()
                    ? Uni.createFrom().item(0)
                    : sendAll(waiting)
                        .chain(() -> outbox.delete(connection, waiting))
                        .replaceWith(waiting.size())));
  }

  private Uni<Void> sendAll(List<Outbox.Waiting> waiting) {
    return Uni.join()
        .all(waiting.stream().map(Outbox.Waiting::message).map(this::send).toList())
        .andCollectFailures()
        .replaceWithVoid();
  }

  private Uni<Void> send(Outbox.Message message) {
    return publisher.send(message.topic(), message.key(), message.headers(), message.payload());
  }
}
