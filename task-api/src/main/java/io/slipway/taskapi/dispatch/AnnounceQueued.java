package io.slipway.taskapi.dispatch;

import io.quarkus.logging.Log;
import io.slipway.contract.RunQueued;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.Publisher;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.RunMessages;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Tells the agents of runs that are in the window. What Kafka doesn't acknowledge goes back to the
 * backlog; what a dead process left is sent again by {@link ResendWindow}. A run that agents are
 * told of twice is claimed once.
 */
@ApplicationScoped
class AnnounceQueued {
  private static final int NUMBER = 1;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String BACK_TO_THE_BACKLOG =
      "update run set published_at = null where uid = any($1) and status = 'Queued'";

  private final RunMessages messages;
  private final Publisher publisher;
  private final Transactions transactions;
  private final InstantSource clock;
  private volatile Instant pausedUntil = Instant.MIN;

  AnnounceQueued(
      RunMessages messages, Publisher publisher, Transactions transactions, InstantSource clock) {
    this.messages = messages;
    this.publisher = publisher;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Whether Kafka took what was sent last; while it doesn't, the backlog is the better place. */
  boolean works() {
    return !clock.instant().isBefore(pausedUntil);
  }

  /** Sends all of them; done when each is acknowledged or back in the backlog. Never fails. */
  Uni<Void> send(List<QueuedRun> runs) {
    if (runs.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Queue<UUID> refused = new ConcurrentLinkedQueue<>();
    return Uni.join()
        .all(runs.stream().map(run -> send(run, refused)).toList())
        .andCollectFailures()
        .chain(() -> putBack(List.copyOf(refused)));
  }

  private Uni<Void> send(QueuedRun run, Queue<UUID> refused) {
    String pool = run.lane().pool();
    Outbox.Message message =
        messages.message(
            Topics.runQueue(pool),
            run.run(),
            new RunQueued(
                run.run(), pool, run.lane().os(), run.lane().architecture(), run.queuedAt()),
            NUMBER,
            run.queuedAt(),
            run.request());
    return publisher
        .send(message.topic(), message.key(), message.headers(), message.payload())
        .onFailure()
        .recoverWithUni(failure -> {
          pausedUntil = clock.instant().plus(PAUSE);
          refused.add(run.run().runUid());
          return Uni.createFrom().voidItem();
        });
  }

  private Uni<Void> putBack(List<UUID> refused) {
    if (refused.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Log.warnf("%d runs wait: Kafka did not acknowledge them", refused.size());
    return transactions
        .in(connection ->
            connection
                .preparedQuery(BACK_TO_THE_BACKLOG)
                .execute(Sql.values((Object) refused.toArray(UUID[]::new))))
        .replaceWithVoid()
        .onFailure()
        .recoverWithUni(failure -> {
          Log.warnf("Runs stay in the window, to be sent again: %s", failure.toString());
          return Uni.createFrom().voidItem();
        });
  }
}
