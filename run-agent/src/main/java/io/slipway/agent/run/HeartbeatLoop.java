package io.slipway.agent.run;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeldRun;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps the agent's leases, all in one call, and stops a run whose lease could not be renewed
 * before the lease ends, so that another agent may begin. Asking and stopping have a thread each: a
 * call that hangs must not delay the stop.
 */
@ApplicationScoped
public class HeartbeatLoop {
  private static final Logger LOG = Logger.getLogger(HeartbeatLoop.class);

  /** A canceled run ends within 5 s; it hears of that with the next beat. */
  private static final long EVERY_MILLIS = 2_500;

  private static final long FENCE_MILLIS = 250;

  /** Time for ending a step's processes before another agent may begin. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final TaskApiClient taskApi;
  private final Map<UUID, RunLease> leases = new ConcurrentHashMap<>();
  private final ScheduledExecutorService beats = thread("heartbeats");
  private final ScheduledExecutorService fence = thread("lease-fence");

  HeartbeatLoop(TaskApiClient taskApi) {
    this.taskApi = taskApi;
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }

  void start(@Observes StartupEvent event) {
    beats.scheduleWithFixedDelay(this::beat, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    fence.scheduleWithFixedDelay(
        this::stopUnrenewed, FENCE_MILLIS, FENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    beats.shutdownNow();
    fence.shutdownNow();
  }

  /** Keeps a lease from the next beat on; until then the claim's own time is enough. */
  void add(RunLease lease) {
    leases.put(lease.spec().runUid(), lease);
  }

  /**
   * The run is over here. If its end is in Kafka, the lease is kept until task-api has read it: a
   * ledger that lags must not take the run for lost and have it done again.
   */
  void done(RunLease lease) {
    if (!lease.isReported()) {
      // This lease and no other: the run may be back already, as a later attempt of this agent.
      leases.remove(lease.spec().runUid(), lease);
    }
  }

  /** Ends every run that is still at work. */
  public void endAll(RunLease.Ending reason) {
    leases.values().forEach(lease -> lease.end(reason));
  }

  private void beat() {
    List<RunLease> held = List.copyOf(leases.values());
    try {
      // Before the call: the ledger's lease begins when it answers, so this agent's ends earlier.
      long asked = System.nanoTime();
      HeartbeatAnswer answer = taskApi.heartbeat(held);
      Duration until = Duration.ofSeconds(answer.leaseSeconds());
      answer.runs().forEach(run -> apply(run, asked, until));
    } catch (IOException unreachable) {
      LOG.warnf("heartbeat: %s", unreachable.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      // A scheduled task that throws is never run again.
      LOG.error("heartbeat", broken);
    }
  }

  /**
   * Stops what could not be renewed in time. A beat may renew a lease right after this has looked
   * at it: then a run is stopped for nothing and done again, which is safe. The opposite, to go on
   * without a lease, is not, so there is no second look.
   */
  private void stopUnrenewed() {
    for (RunLease lease : leases.values()) {
      if (!lease.endsWithin(MARGIN)) {
        continue;
      }
      if (lease.isReported()) {
        // Nobody read its end in time; there is nothing left to stop.
        leases.remove(lease.spec().runUid(), lease);
      } else if (lease.ending() == RunLease.Ending.NONE) {
        LOG.warnf("run %s: its lease could not be renewed", lease.spec().runUid());
        lease.end(RunLease.Ending.LOST);
      }
    }
  }

  private void apply(HeldRun run, long asked, Duration until) {
    RunLease lease = leases.get(run.runUid());
    // While the call was under way the run may have ended here, or come back as a later attempt.
    if (lease == null || lease.spec().attempt() != run.attempt()) {
      return;
    }
    if (run.runToken() != null) {
      lease.token(run.runToken());
    }
    switch (run.state()) {
      case HELD -> lease.renewed(asked, until);
      case CANCEL -> {
        // Renewed first: stopping and reporting take time, and the fence must not cut them short.
        lease.renewed(asked, until);
        lease.end(RunLease.Ending.CANCELED);
      }
      case LOST -> {
        // Does nothing to a run whose end is in Kafka. For such a one the word means that task-api
        // has read that end, and the lease need not be kept any longer.
        lease.end(RunLease.Ending.LOST);
        if (lease.isReported()) {
          leases.remove(lease.spec().runUid(), lease);
        }
      }
    }
  }
}
