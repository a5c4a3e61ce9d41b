package io.slipway.taskapi.dispatch;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.slipway.identity.client.TimeLimit;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps the window of each lane filled from the backlog, in fair turns. It is woken after each
 * commit that may have left a run in the backlog or made room in the window, and by a timer for
 * what other instances did. Any instance may do it; the row of the lane lets one at a time.
 */
@ApplicationScoped
public class Dispatcher {
  private static final long EXPECTED_NANOS = 2_000_000_000L;

  /** One call that hangs must not end the turns of all lanes. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Transactions transactions;
  private final DispatchRows rows;
  private final GiveTurns turns;
  private final LiveAgents agents;
  private final AnnounceQueued announce;
  private final Vertx vertx;
  private final long everyMillis;

  /** Whether runs may wait in the backlog: without, a nudge costs nothing. */
  private final AtomicBoolean backlog = new AtomicBoolean(true);

  /** Whether the next look fills the least room: the timer's does, and bounds the wait. */
  private final AtomicBoolean anyRoom = new AtomicBoolean();

  /**
   * What the last look found: a run more in a full lane, or a run less, is no reason for another.
   */
  private final FullLanes fullLanes = new FullLanes();

  private final AtomicBoolean working = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();
  // A look between the word and its commit finds nothing: until then nudges count all the same.
  private volatile long expectedUntil = System.nanoTime();
  private volatile boolean stopped;
  private volatile long timer = -1;

  Dispatcher(
      Transactions transactions,
      DispatchRows rows,
      GiveTurns turns,
      LiveAgents agents,
      AnnounceQueued announce,
      Vertx vertx,
      @ConfigProperty(name = "slipway.dispatch.poll-millis", defaultValue = "250")
          long everyMillis) {
    this.transactions = transactions;
    this.rows = rows;
    this.turns = turns;
    this.agents = agents;
    this.announce = announce;
    this.vertx = vertx;
    this.everyMillis = everyMillis;
  }

  void start(@Observes StartupEvent started) {
    timer =
        vertx.setPeriodic(
            everyMillis,
            ignored -> {
              anyRoom.set(true);
              backlog();
            });
  }

  @PreDestroy
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** Says, before the commit, that a run is about to be put into the backlog. */
  public void expectBacklog() {
    expectedUntil = System.nanoTime() + EXPECTED_NANOS;
  }

  /** Says, after the commit, that runs were left in the backlog. Never blocks and never fails. */
  public void backlog() {
    backlog.set(true);
    nudge();
  }

  /**
   * The same, where no look is needed as long as all of these lanes are full.
   *
   * @param lanes of those runs
   */
  public void backlog(Collection<Lane> lanes) {
    backlog.set(true);
    if (working.get() || !fullLanes.areFull(lanes)) {
      nudge();
    }
  }

  /** Says, after the commit, that so many runs have left the window of some lane. */
  public void left(int runs) {
    if (fullLanes.left(runs)) {
      nudge();
    }
  }

  /** Says that the window may have room. Never blocks and never fails. */
  public void nudge() {
    if (stopped || (!backlog.get() && System.nanoTime() - expectedUntil > 0)) {
      return;
    }
    // As in OutboxRelay: one caller works, and looks once more if another one came meanwhile.
    if (!working.compareAndSet(false, true)) {
      again.set(true);
      return;
    }
    dispatch(anyRoom.getAndSet(false))
        .subscribe()
        .with(
            ignored -> finished(),
            failure -> {
              Log.warnf("No turns were given, the timer tries again: %s", failure.toString());
              again.set(false);
              finished();
            });
  }

  private void finished() {
    working.set(false);
    if (again.getAndSet(false) || fullLanes.isDue()) {
      nudge();
    }
  }

  /** Sends what was accepted straight into the window. */
  public void send(List<QueuedRun> runs) {
    announce.send(runs).subscribe().with(ignored -> {}, Dispatcher::unexpected);
  }

  /** Fills all windows once. */
  public Uni<Void> dispatch() {
    return dispatch(true);
  }

  private Uni<Void> dispatch(boolean least) {
    fullLanes.begin();
    if (!announce.works()) {
      return Uni.createFrom().voidItem();
    }
    backlog.set(false); // before the look: what is committed after it sets it again
    return TimeLimit.of(LIMIT, this::look)
        .chain(seen -> {
          if (!seen.busy().isEmpty()) {
            backlog.set(true);
          }
          noteFull(seen.busy(), seen.alive());
          return InTurn.each(seen.busy(), lane -> fillSoon(lane, seen.alive(), least));
        })
        .onFailure()
        .invoke(() -> backlog.set(true));
  }

  private record Seen(Agents alive, List<DispatchRows.BusyLane> busy) {}

  private Uni<Seen> look() {
    return agents
        .look()
        .chain(alive -> transactions.reading(rows::busyLanes).map(busy -> new Seen(alive, busy)));
  }

  /** The other lanes don't wait for one that hangs. What it gives turns to later is sent then. */
  private Uni<Void> fillSoon(DispatchRows.BusyLane busy, Agents alive, boolean least) {
    return TimeLimit.of(LIMIT, () -> fill(busy, alive, least))
        .onFailure(TimeoutException.class)
        .recoverWithUni(late -> {
          Log.warnf("No turns in %s, the timer tries again: %s", busy.lane(), late.getMessage());
          return Uni.createFrom().voidItem();
        });
  }

  private void noteFull(List<DispatchRows.BusyLane> busy, Agents alive) {
    Set<Lane> full = new HashSet<>();
    int enough = Integer.MAX_VALUE;
    for (DispatchRows.BusyLane one : busy) {
      int missing = Window.missing(turns.window(one.lane(), alive), one.inWindow());
      if (missing > 0) {
        full.add(one.lane());
        enough = Math.min(enough, missing);
      }
    }
    fullLanes.found(full, full.isEmpty() ? 1 : enough);
  }

  private Uni<Void> fill(DispatchRows.BusyLane busy, Agents alive, boolean least) {
    Lane lane = busy.lane();
    boolean full = Window.room(turns.window(lane, alive), busy.inWindow(), least) == 0;
    if (full || alive.service(lane) == Agents.Service.OTHER_PLATFORM) {
      return Uni.createFrom().voidItem();
    }
    return turns
        .fill(lane, alive, least)
        .invoke(runs -> {
          if (!runs.isEmpty()) {
            again.set(true); // the registries that had a turn may have had fewer runs than turns
            send(runs);
          }
        })
        .replaceWithVoid();
  }

  private static void unexpected(Throwable failure) {
    Log.error("Runs were not announced", failure);
  }
}
