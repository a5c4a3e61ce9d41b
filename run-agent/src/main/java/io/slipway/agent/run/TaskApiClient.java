package io.slipway.agent.run;

import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.RunQueued;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The agent's questions to task-api. */
@ApplicationScoped
public class TaskApiClient {
  /** Shorter than what a lease has left when its heartbeat is due. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final AgentConfig config;
  private final BlockingHttp http;
  private final ServiceToken token;

  /** New with each start, so that the ledger can tell this process from the one before it. */
  private final UUID incarnation = UUID.randomUUID();

  TaskApiClient(AgentConfig config, BlockingHttp http, ServiceToken token) {
    this.config = config;
    this.http = http;
    this.token = token;
  }

  /** Asks to own a run. */
  public Claim claim(RunQueued queued) throws IOException, InterruptedException {
    AgentConfig.Agent agent = config.agent();
    int withinMillis = (int) LIMIT.toMillis();
    RunAttempt wanted = new RunAttempt(queued.run().runUid(), queued.run().attempt());
    List<Claim> claims =
        post(
                "/internal/agents/claims",
                new ClaimRequest(
                    agent.name(), incarnation, agent.pool(), null, withinMillis, List.of(wanted)),
                ClaimAnswer.class)
            .claims();
    if (claims.size() != 1) {
      throw new IOException("task-api: an answer for " + claims.size() + " runs instead of one");
    }
    return claims.getFirst();
  }

  /** Says that the agent is alive and owns these runs; the answer has one entry for each. */
  public HeartbeatAnswer heartbeat(Collection<RunLease> leases)
      throws IOException, InterruptedException {
    AgentConfig.Agent agent = config.agent();
    List<RunAttempt> held =
        leases.stream()
            .map(lease -> new RunAttempt(lease.spec().runUid(), lease.spec().attempt()))
            .toList();
    return post(
        "/internal/agents/heartbeats",
        new HeartbeatRequest(
            agent.name(), incarnation, agent.pool(), null, agent.slots(), false, held),
        HeartbeatAnswer.class);
  }

  private <T> T post(String path, Object body, Class<T> message)
      throws IOException, InterruptedException {
    BlockingHttp.Answer answer =
        token.callAndWait(
            bearer -> http.post(config.taskApiUrl() + path, bearer, body, LIMIT),
            BlockingHttp.Answer::status);
    if (!answer.ok()) {
      throw new IOException("task-api: " + answer.message());
    }
    return answer.as(message);
  }
}
