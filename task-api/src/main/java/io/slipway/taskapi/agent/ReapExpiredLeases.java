package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.TopicOffsets;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes runs from agents that no longer send heartbeats. Only the leader does it, and only as far
 * as {@link HandOver} allows. A lease that is over is not enough: the end of its run may wait in
 * Kafka, so first all is read that was there after the lease was seen to be over. What is finished
 * is never done again.
 */
@ApplicationScoped
public class ReapExpiredLeases {
  private static final int BATCH = 100;

  private final Transactions transactions;
  private final Leader leader;
  private final LedgerBeats beats;
  private final TopicOffsets offsets;
  private final RunRepository runs;
  private final GiveUpRuns giveUp;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;

  // Written by the sweeps, which never overlap but run on any thread.
  private volatile @Nullable Suspects suspects;

  ReapExpiredLeases(
      Transactions transactions,
      Leader leader,
      LedgerBeats beats,
      TopicOffsets offsets,
      RunRepository runs,
      GiveUpRuns giveUp,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock) {
    this.transactions = transactions;
    this.leader = leader;
    this.beats = beats;
    this.offsets = offsets;
    this.runs = runs;
    this.giveUp = giveUp;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Runs whose lease was seen to be over.
   *
   * @param ends where the topic of the events ended after that
   */
  private record Suspects(List<UUID> runs, Map<Integer, Long> ends) {

    boolean areRead(Map<Integer, Long> read) {
      return ends.entrySet().stream()
          .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
  }

  /** One sweep, as the timer does it. */
  @Scheduled(
      every = "${slipway.lease.sweep-every:500ms}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweepInTime() {
    if (!beats.allowHandOver()) {
      suspects = null;
      return Uni.createFrom().voidItem();
    }
    return Sweep.of("The sweep of leases", sweep().replaceWithVoid());
  }

  /**
   * One sweep, whatever the beats say.
   *
   * @return whether no lease is over any more; false if events are still to be read first
   */
  public Uni<Boolean> sweep() {
    Suspects known = suspects;
    return known == null ? look() : reapWhenRead(known);
  }

  private Uni<Boolean> look() {
    return transactions
        .reading(connection -> runs.expired(connection, BATCH))
        .chain(expired ->
            expired.isEmpty()
                ? Uni.createFrom().item(true)
                : offsets
                    .ends(Topics.RUN_EVENTS)
                    .map(ends -> new Suspects(expired, ends))
                    .invoke(found -> suspects = found)
                    .chain(this::reapWhenRead));
  }

  private Uni<Boolean> reapWhenRead(Suspects found) {
    return offsets
        .handled(Topics.RUN_EVENTS)
        .chain(read ->
            found.areRead(read)
                ? reap(found).invoke(() -> suspects = null).chain(this::look)
                : Uni.createFrom().item(false));
  }

  /**
   * A heartbeat that holds the row is skipped by the query, one that waits for it finds another
   * state or attempt when it gets the lock: a run is either renewed or reaped, never both.
   */
  private Uni<Void> reap(Suspects found) {
    return leader
        .alone(connection -> reap(connection, found.runs()))
        .invoke(announcements::nudge)
        .replaceWithVoid();
  }

  private Uni<List<Run>> reap(SqlConnection connection, List<UUID> uids) {
    return runs.lockExpired(connection, uids)
        .invoke(expired -> expired.forEach(this::count))
        .chain(expired ->
            giveUp.all(
                connection,
                expired,
                run -> new RunChange.LeaseExpired(run.lease().history()),
                clock.instant()))
        .invoke(queued -> queued.forEach(run -> metrics.requeued("agent_lost")));
  }

  private void count(Run run) {
    metrics.leaseExpired();
    Log.warnf(
        "Run %s attempt %d: the lease of agent %s is over",
        run.key().runId(), run.state().attempt(), run.state().agent());
  }
}
