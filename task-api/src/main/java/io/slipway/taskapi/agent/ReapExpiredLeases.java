package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Takes runs from agents that no longer send heartbeats. Only the leader does it, and only as far
 * as {@link HandOver} allows. A lease that is over is not enough: the end of its run may wait in
 * Kafka, so first all is read that was there after the lease was seen to be over. What is finished
 * is never done again.
 */
@ApplicationScoped
public class ReapExpiredLeases {
  private final Leader leader;
  private final LedgerBeats beats;
  private final SuspectLeases suspects;
  private final RunRepository runs;
  private final GiveUpRuns giveUp;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;
  private final long everyMillis;
  private volatile Cancellable sweeps = () -> {};

  ReapExpiredLeases(
      Leader leader,
      LedgerBeats beats,
      SuspectLeases suspects,
      RunRepository runs,
      GiveUpRuns giveUp,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock,
      @ConfigProperty(name = "slipway.lease.sweep-millis", defaultValue = "250") long everyMillis) {
    this.leader = leader;
    this.beats = beats;
    this.suspects = suspects;
    this.runs = runs;
    this.giveUp = giveUp;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
    this.everyMillis = everyMillis;
  }

  /** Not by the scheduler, which looks at the clock once a second only. */
  void start(@Observes StartupEvent started) {
    if (everyMillis > 0) {
      sweeps =
          Multi.createFrom()
              .ticks()
              .every(Duration.ofMillis(everyMillis))
              .onOverflow()
              .drop()
              .onItem()
              .transformToUniAndConcatenate(tick -> sweepInTime())
              .subscribe()
              .with(swept -> {}, over -> Log.error("Leases are not swept any more", over));
    }
  }

  @PreDestroy
  void stop() {
    sweeps.cancel();
  }

  private Uni<Void> sweepInTime() {
    if (!beats.allowHandOver()) {
      suspects.forget();
      return Uni.createFrom().voidItem();
    }
    String what = "The sweep of leases";
    return Sweep.part(what, Sweep.of(what, sweep(beats::allowHandOver).replaceWithVoid()));
  }

  /**
   * One sweep, whatever the beats say.
   *
   * @return whether no lease is over any more; false if events are still to be read first
   */
  public Uni<Boolean> sweep() {
    return sweep(() -> true);
  }

  /**
   * One sweep. It may stand still as long as the database or this process does, and the leases that
   * it then finds are over because of that.
   *
   * @param allowed whether leases may be ended, asked when their rows are locked; if not the sweep
   *     is over
   */
  public Uni<Boolean> sweep(BooleanSupplier allowed) {
    return suspects
        .look()
        .chain(look ->
            look.ready().isEmpty()
                ? Uni.createFrom().item(!look.waiting())
                : reap(look, allowed)
                    .chain(found -> found > 0 ? sweep(allowed) : Uni.createFrom().item(false)));
  }

  /**
   * A heartbeat that holds the row is skipped by the query, one that waits for it finds another
   * state or attempt when it gets the lock: a run is either renewed or reaped, never both.
   */
  private Uni<Integer> reap(SuspectLeases.Look look, BooleanSupplier allowed) {
    return leader
        .alone(connection -> reap(connection, look, allowed))
        .invoke(announcements::nudge)
        .map(found -> found.orElse(0));
  }

  /** How many leases were over, 0 if none may be ended. */
  private Uni<Integer> reap(
      SqlConnection connection, SuspectLeases.Look look, BooleanSupplier allowed) {
    return runs.lockExpired(connection, look.ready(), look.latest())
        .map(expired -> allowed.getAsBoolean() ? expired : List.<Run>of())
        .invoke(expired -> expired.forEach(this::count))
        .call(expired ->
            giveUp
                .all(
                    connection,
                    expired,
                    run -> new RunChange.LeaseExpired(run.lease().history()),
                    clock.instant())
                .invoke(queued -> queued.forEach(run -> metrics.requeued("agent_lost"))))
        .map(List::size);
  }

  private void count(Run run) {
    metrics.leaseExpired();
    Log.warnf(
        "Run %s attempt %d: the lease of agent %s is over",
        run.key().runId(), run.state().attempt(), run.state().agent());
  }
}
