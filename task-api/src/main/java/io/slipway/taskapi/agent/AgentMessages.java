package io.slipway.taskapi.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.run.course.Platform;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What agents and this service say to one another, as in {@code docs/interfaces.md} section 4. */
public final class AgentMessages {

  private AgentMessages() {}

  /** One attempt of a run. */
  public record RunAttempt(UUID runUid, int attempt) {}

  /** An agent wants to own runs. */
  public record ClaimRequest(String agent, @Nullable String pool, List<RunAttempt> runs) {}

  /** Answer to a claim, one entry per run asked for. */
  public record ClaimAnswer(List<Claim> claims) {}

  /**
   * @param outcome {@code Claimed}, {@code Gone} or {@code Taken}
   * @param leaseSeconds how long it is owned without a heartbeat; 0 unless claimed
   */
  public record Claim(
      UUID runUid,
      String outcome,
      int leaseSeconds,
      @Nullable String runToken,
      @Nullable Specification spec) {
    @Override
    public String toString() { // without the token
      return "Claim[" + runUid + " " + outcome + "]";
    }
  }

  /** What a run is to do. */
  public record Specification(
      UUID runUid,
      String runId,
      String registry,
      String registryId,
      String loginServer,
      @Nullable String task,
      int attempt,
      Platform platform,
      int timeoutSeconds,
      int cpu,
      long logOffset,
      List<String> lostAgents,
      Instant createdAt,
      List<String> logins,
      JsonNode step) {}

  /** An agent is alive and owns these runs. */
  public record HeartbeatRequest(
      String agent, @Nullable String pool, int slots, List<RunAttempt> runs) {}

  /** Answer to a heartbeat, one entry per run in it. */
  public record HeartbeatAnswer(int leaseSeconds, List<RunLease> runs) {}

  /**
   * @param state {@code Held}, {@code Cancel} or {@code Lost}
   */
  public record RunLease(UUID runUid, int attempt, String state, @Nullable String runToken) {
    @Override
    public String toString() { // without the token
      return "RunLease[" + runUid + "#" + attempt + " " + state + "]";
    }
  }

  /** Whether a lease is active, for credential-broker. */
  public record LeaseAnswer(boolean active, String agent, Instant until) {}
}
