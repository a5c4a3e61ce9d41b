package io.slipway.agent.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Keeps the agent's leases, all in one call. A run whose lease could not be renewed is stopped
 * before the lease ends, so that another agent may begin.
 */
@ApplicationScoped
public class HeartbeatLoop {
  private static final Logger LOG = Logger.getLogger(HeartbeatLoop.class);
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final TaskApiClient taskApi;
  private final InstantSource clock;
  private final Map<UUID, RunLease> leases = new ConcurrentHashMap<>();

  HeartbeatLoop(TaskApiClient taskApi, InstantSource clock) {
    this.taskApi = taskApi;
    this.clock = clock;
  }

  /** From now on this run is renewed. */
  public void add(RunLease lease) {
    leases.put(lease.spec().runUid(), lease);
  }

  /** The run is over. */
  public void remove(RunLease lease) {
    leases.remove(lease.spec().runUid(), lease);
  }

  @Scheduled(every = "4s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void beat() {
    Collection<RunLease> held = leases.values();
    try {
      Instant asked = clock.instant();
      JsonNode answer = taskApi.heartbeat(held);
      Instant until = asked.plusSeconds(answer.path("leaseSeconds").asLong(15));
      answer.path("runs").forEach(run -> apply(run, until));
    } catch (IOException unreachable) {
      LOG.warnf("heartbeat: %s", unreachable.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Instant soon = clock.instant().plus(MARGIN);
    held.stream()
        .filter(lease -> lease.until().isBefore(soon))
        .forEach(lease -> lease.end(RunLease.Ending.LOST));
  }

  private void apply(JsonNode run, Instant until) {
    RunLease lease = leases.get(UUID.fromString(run.path("runUid").asText()));
    if (lease == null || lease.spec().attempt() != run.path("attempt").asInt()) {
      return;
    }
    if (run.hasNonNull("runToken")) {
      lease.token(run.get("runToken").asText());
    }
    switch (run.path("state").asText()) {
      case "Held" -> lease.until(until);
      case "Cancel" -> {
        lease.until(until);
        lease.end(RunLease.Ending.CANCELED);
      }
      default -> lease.end(RunLease.Ending.LOST);
    }
  }
}
