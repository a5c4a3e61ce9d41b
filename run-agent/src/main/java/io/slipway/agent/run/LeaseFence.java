package io.slipway.agent.run;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.event.LedgerWatch;
import io.slipway.agent.lease.Fence;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.LedgerSight;
import io.slipway.agent.lease.RunLease;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Stops runs whose lease could not be renewed, and keeps the containers of the others alive: does
 * what {@link Fence} decides, on a thread of its own, since a call that hangs must not delay a
 * stop. If this whole process is stopped, nothing keeps the containers alive, and the kernel ends
 * them before their leases are over.
 */
@ApplicationScoped
class LeaseFence {
  private static final Logger LOG = Logger.getLogger(LeaseFence.class);
  private static final long EVERY_MILLIS = 250;

  /** Containers are kept alive each second. */
  private static final int LOOKS_PER_FEED = 4;

  private final HeldLeases leases;
  private final LedgerWatch watch;
  private final AtomicReference<LedgerSight> sight =
      new AtomicReference<>(LedgerSight.from(System.nanoTime()));
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lease-fence").factory());

  /** Of this bean's thread alone. */
  private int looks;

  private boolean away;

  LeaseFence(HeldLeases leases, LedgerWatch watch) {
    this.leases = leases;
    this.watch = watch;
  }

  void start(@Observes StartupEvent event) {
    thread.scheduleWithFixedDelay(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    thread.shutdownNow();
  }

  /** task-api answered a call that was sent at that time, and said that its database is away. */
  void refused(long askedNanos) {
    sight.updateAndGet(known -> known.withRefusal(askedNanos));
  }

  private void look() {
    try {
      LedgerWatch.Seen seen = watch.seen();
      if (seen != null) {
        sight.updateAndGet(known -> known.withKafka(seen.askedNanos(), seen.beatNanos()));
      }
      LedgerSight now = sight.updateAndGet(known -> Fence.look(known, System.nanoTime()));
      say(now);
      boolean feeds = looks++ % LOOKS_PER_FEED == 0;
      for (RunLease lease : leases.all()) {
        lookAt(lease, now, feeds);
      }
    } catch (RuntimeException | Error broken) {
      // A scheduled task that throws is never run again. To go on is safe: whoever was not looked
      // at was not fed either, and the kernel ends its containers if that lasts.
      LOG.error("lease fence", broken);
    }
  }

  /** What is wrong with one run must not keep the others from being stopped and fed. */
  private static void lookAt(RunLease lease, LedgerSight sight, boolean feeds) {
    try {
      look(lease, sight, feeds);
    } catch (RuntimeException | Error broken) {
      LOG.errorf(broken, "lease fence, run %s", lease.spec().runUid());
    }
  }

  /**
   * A beat may renew a lease right after this has looked at it: then a run is stopped for nothing
   * and done again, which is safe. The opposite, to go on without a lease, is not, so there is no
   * second look.
   */
  private static void look(RunLease lease, LedgerSight sight, boolean feeds) {
    if (lease.isReported() || lease.ending().silent()) {
      return;
    }
    long until = lease.untilNanos();
    long now = System.nanoTime();
    if (!Fence.goesOn(sight, until, now)) {
      LOG.warnf("run %s: its lease could not be renewed", lease.spec().runUid());
      lease.end(RunLease.Ending.LOST);
    } else if (feeds && Fence.feeds(sight, until, now)) {
      lease.feed();
    }
  }

  private void say(LedgerSight sight) {
    boolean is = Fence.ledgerAway(sight, System.nanoTime());
    if (is != away) {
      away = is;
      LOG.infof(is ? "the ledger is away; runs go on" : "the ledger is back, or cannot be seen");
    }
  }
}
