package io.slipway.agent.run;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeldRun;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps the agent's leases, as many as a call may name in each, on a thread of its own. */
@ApplicationScoped
public class HeartbeatLoop {
  private static final Logger LOG = Logger.getLogger(HeartbeatLoop.class);

  /** A canceled run ends within 5 s; it hears of that with the next beat. */
  private static final long EVERY_MILLIS = 2_000;

  private final TaskApiClient taskApi;
  private final HeldLeases leases;
  private final LeaseFence fence;
  private final Semaphore due = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().name("heartbeats").daemon().unstarted(this::beatAndWait);
  private volatile boolean draining;
  private volatile boolean answered = true;

  HeartbeatLoop(TaskApiClient taskApi, HeldLeases leases, LeaseFence fence) {
    this.taskApi = taskApi;
    this.leases = leases;
    this.fence = fence;
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }

  /** Says at once, and from then on, that the agent takes no more runs. */
  public void drain() {
    draining = true;
    due.release();
  }

  /** Whether the last beat was answered; true before the first. */
  public boolean isAnswered() {
    return answered;
  }

  private void beatAndWait() {
    try {
      while (true) {
        long begun = System.nanoTime();
        try {
          beat();
        } catch (RuntimeException | Error broken) {
          // Whatever it is, the next beat must come: without beats every lease runs out.
          answered = false;
          LOG.error("heartbeat", broken);
        }
        long left = EVERY_MILLIS - Duration.ofNanos(System.nanoTime() - begun).toMillis();
        // Whoever has something to say at once shortens the wait. A call that took longer than the
        // time between beats is followed by the next after a short rest.
        boolean early = due.tryAcquire(Math.max(left, EVERY_MILLIS / 8), TimeUnit.MILLISECONDS);
        LOG.tracef("next heartbeat, early: %s", early);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** One beat for all leases; an agent without a run says that it is there. */
  private void beat() throws InterruptedException {
    List<RunLease> held = List.copyOf(leases.all());
    int from = 0;
    do {
      int to = Math.min(from + TaskApiClient.MOST_RUNS, held.size());
      beat(held.subList(from, to), held.size());
      from = to;
    } while (from < held.size());
  }

  private void beat(List<RunLease> held, int busy) throws InterruptedException {
    // Before the call: the ledger's lease begins when it answers, so this agent's ends earlier.
    long asked = System.nanoTime();
    try {
      Optional<HeartbeatAnswer> answer = taskApi.heartbeat(held, busy, draining);
      if (answer.isEmpty()) {
        fence.refused(asked);
      } else {
        Duration until = Duration.ofSeconds(answer.get().leaseSeconds());
        answer.get().runs().forEach(run -> apply(run, asked, until));
      }
      answered = answer.isPresent();
    } catch (IOException unreachable) {
      answered = false;
      LOG.warnf("heartbeat: %s", unreachable.getMessage());
    } catch (RuntimeException | Error broken) {
      // It is about these leases; the others must have their beat.
      answered = false;
      LOG.error("heartbeat", broken);
    }
  }

  private void apply(HeldRun run, long asked, Duration until) {
    RunLease lease = leases.of(run.runUid(), run.attempt());
    if (lease == null) {
      return; // It ended here while the call was under way.
    }
    switch (run.state()) {
      case HELD -> lease.renewed(asked, until);
      case CANCEL -> {
        // Renewed first: stopping and reporting take time, and the fence must not cut them short.
        lease.renewed(asked, until);
        lease.end(RunLease.Ending.CANCELED);
      }
      case LOST -> lease.end(RunLease.Ending.LOST);
    }
  }
}
