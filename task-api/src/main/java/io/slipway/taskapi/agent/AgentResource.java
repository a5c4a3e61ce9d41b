package io.slipway.taskapi.agent;

import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.ReleaseRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where agents claim runs and send heartbeats. */
@Path("/internal/agents")
@RolesAllowed(Caller.AGENT)
public class AgentResource {
  private static final int MOST_RUNS = 1_000;

  private final ClaimRun claimRun;
  private final RenewRunLease renewRunLease;
  private final ReleaseRuns releaseRuns;
  private final LedgerAway ledgerAway;

  AgentResource(
      ClaimRun claimRun,
      RenewRunLease renewRunLease,
      ReleaseRuns releaseRuns,
      LedgerAway ledgerAway) {
    this.claimRun = claimRun;
    this.renewRunLease = renewRunLease;
    this.releaseRuns = releaseRuns;
    this.ledgerAway = ledgerAway;
  }

  @POST
  @Path("/claims")
  public Uni<ClaimAnswer> claim(
      @Nullable ClaimRequest request, @Context HttpServerResponse response) {
    if (request == null) {
      throw noBody();
    }
    if (request.withinMillis() < 0) {
      throw ArmException.invalid("'withinMillis' must not be negative");
    }
    int within =
        request.withinMillis() == 0 ? ClaimRequest.DEFAULT_WITHIN_MILLIS : request.withinMillis();
    Deadline deadline = Deadline.in(Duration.ofMillis(within)).orWhen(response::closed);
    check(request.agent(), request.runs());
    if (!HolderKey.isHolder(request.holder())) {
      throw ArmException.invalid(
          "'holder' must be the SHA-256 of the agent's secret in base64url, 43 characters: run"
              + " tokens are bound to it");
    }
    return ledgerAway.orAnswer(claimRun.claim(request, deadline), deadline.left());
  }

  /** A heartbeat for all runs of an agent. */
  @POST
  @Path("/heartbeats")
  public Uni<HeartbeatAnswer> heartbeat(@Nullable HeartbeatRequest request) {
    if (request == null) {
      throw noBody();
    }
    check(request.agent(), request.runs());
    return ledgerAway.orAnswer(renewRunLease.renew(request));
  }

  /** An agent that stops hands runs back. */
  @POST
  @Path("/releases")
  public Uni<Void> release(@Nullable ReleaseRequest request, @Context HttpServerResponse response) {
    if (request == null) {
      throw noBody();
    }
    if (request.incarnation() == null) {
      throw ArmException.invalid("'incarnation' is missing");
    }
    check(request.agent(), request.runs());
    return ledgerAway.orAnswer(releaseRuns.release(request, response::closed));
  }

  /** The pool that an agent names, or {@code default}. */
  static String pool(@Nullable String pool) {
    return pool == null || pool.isBlank() ? "default" : pool;
  }

  private static ArmException noBody() {
    return ArmException.invalid("the body is missing");
  }

  private static void check(@Nullable String agent, @Nullable List<RunAttempt> runs) {
    if (agent == null || agent.isBlank() || agent.length() > 200) {
      throw ArmException.invalid("'agent' must have 1 to 200 characters");
    }
    if (runs == null || runs.size() > MOST_RUNS) {
      throw ArmException.invalid("'runs' must be a list of at most " + MOST_RUNS);
    }
    for (RunAttempt run : runs) {
      if (run == null || run.runUid() == null || run.attempt() < 1) {
        throw ArmException.invalid("each of 'runs' must have 'runUid' and an 'attempt' from 1");
      }
    }
  }
}
