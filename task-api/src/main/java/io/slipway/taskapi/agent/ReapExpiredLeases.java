package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunHistory;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Takes runs from agents that no longer send heartbeats, and ends runs that no agent takes. After
 * the ledger itself was away, agents first get the time of one lease to come back.
 */
@ApplicationScoped
public class ReapExpiredLeases {
  private static final int BATCH = 100;

  private final Transactions transactions;
  private final RunRepository runs;
  private final EndRun endRun;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;
  private final Duration queueTimeout;

  // Written by start-up and by the timer, whose sweeps never overlap but run on any thread.
  private volatile @Nullable Instant lastSwept;
  private volatile Instant notBefore = Instant.MAX;

  ReapExpiredLeases(
      Transactions transactions,
      RunRepository runs,
      EndRun endRun,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock,
      @ConfigProperty(name = "slipway.run.queue-timeout", defaultValue = "PT24H")
          Duration queueTimeout) {
    this.transactions = transactions;
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
    this.queueTimeout = queueTimeout;
  }

  void start(@Observes StartupEvent started) {
    notBefore = clock.instant().plus(RunProgress.LEASE);
  }

  /** One sweep, as the timer does it. */
  @Scheduled(
      every = "${slipway.lease.sweep-every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweepInTime() {
    Instant now = clock.instant();
    Instant last = lastSwept;
    // A long gap means that this service or its database was away, and with it all heartbeats: the
    // leases are over through no fault of the agents, who get the time of one lease to renew them.
    if (last != null && Duration.between(last, now).compareTo(RunProgress.LEASE) > 0) {
      notBefore = now.plus(RunProgress.LEASE);
    }
    return Sweep.of(
        "The sweep of leases",
        sweep(!now.isBefore(notBefore)).invoke(() -> lastSwept = clock.instant()));
  }

  /**
   * One sweep.
   *
   * @param withLeases whether leases are looked at, besides runs that wait too long
   */
  public Uni<Void> sweep(boolean withLeases) {
    Instant now = clock.instant();
    Uni<Integer> leases = withLeases ? reapAll(now) : Uni.createFrom().item(0);
    return leases
        .chain(reaped ->
            transactions
                .in(connection -> endStarved(connection, now))
                .map(starved -> reaped + starved))
        .invoke(changed -> {
          if (changed > 0) {
            announcements.nudge();
          }
        })
        .replaceWithVoid();
  }

  private Uni<Integer> reapAll(Instant now) {
    return transactions
        .in(connection -> reap(connection, now))
        .chain(reaped ->
            reaped < BATCH
                ? Uni.createFrom().item(reaped)
                : reapAll(now).map(more -> reaped + more));
  }

  /**
   * A heartbeat that holds the row is skipped by the query, one that waits for it finds another
   * state or attempt when it gets the lock: a run is either renewed or reaped, never both.
   */
  private Uni<Integer> reap(SqlConnection connection, Instant now) {
    return runs.lockExpired(connection, BATCH)
        .chain(expired -> {
          List<Run> requeued = new ArrayList<>();
          return InTurn.each(expired, run -> reap(connection, run, requeued, now))
              .chain(() -> requeue(connection, requeued))
              .replaceWith(expired.size());
        });
  }

  private Uni<Void> reap(SqlConnection connection, Run run, List<Run> requeued, Instant now) {
    metrics.leaseExpired();
    RunHistory history = run.lease().history();
    RunChange expired = new RunChange.LeaseExpired(history);
    // The row is locked and was selected by its state, so it moves.
    RunState to = ((RunTransition.Moved) RunStateMachine.apply(run.state(), expired)).to();
    Log.warnf(
        "Run %s attempt %d: agent %s is lost, the run is %s",
        run.key().runId(), run.state().attempt(), run.state().agent(), to.status());
    return switch (to) {
      case RunState.Queued queued -> {
        requeued.add(RunProgress.givenUp(run, expired, queued, now));
        yield Uni.createFrom().voidItem();
      }
      case RunState.Finished finished -> {
        String error =
            finished.outcome() == RunOutcome.CANCELED
                ? null
                : RunStateMachine.after(run.state(), expired, history).whyNot();
        yield end(connection, run, finished, error, now);
      }
      default -> throw new IllegalStateException("a lease that is over leads to " + to);
    };
  }

  private Uni<Void> requeue(SqlConnection connection, List<Run> requeued) {
    requeued.forEach(run -> metrics.requeued("agent_lost"));
    return runs.update(connection, requeued)
        .chain(() -> announcements.queued(connection, requeued));
  }

  private Uni<Integer> endStarved(SqlConnection connection, Instant now) {
    return runs.lockWaitingSince(connection, now.minus(queueTimeout), BATCH)
        .chain(starved ->
            InTurn.each(starved, run -> endStarved(connection, run, now))
                .replaceWith(starved.size()));
  }

  private Uni<Void> endStarved(SqlConnection connection, Run run, Instant now) {
    String error =
        "NoAgentAvailable: no agent of pool '%s' took the run within %s"
            .formatted(run.origin().pool(), queueTimeout);
    RunState.Finished to = new RunState.Finished(run.state().attempt(), RunOutcome.ERROR);
    return end(connection, run, to, error, now);
  }

  private Uni<Void> end(
      SqlConnection connection,
      Run run,
      RunState.Finished to,
      @Nullable String error,
      Instant now) {
    return endRun.end(connection, run, to, error, now).replaceWithVoid();
  }
}
