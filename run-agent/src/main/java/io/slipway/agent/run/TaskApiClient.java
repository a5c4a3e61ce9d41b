package io.slipway.agent.run;

import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.ReleaseRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The agent's questions to task-api. */
@ApplicationScoped
public class TaskApiClient {
  /** Most runs in one call. */
  static final int MOST_RUNS = 1_000;

  private static final Duration CLAIM_LIMIT = Duration.ofSeconds(5);

  /** So that an answer that was granted in time is also here in time. */
  private static final Duration WAY_BACK = Duration.ofMillis(500);

  /** So short that two beats may fail before a lease of 12 s is lost. */
  private static final Duration BEAT_LIMIT = Duration.ofSeconds(4);

  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(3);

  private static final int UNAVAILABLE = 503;
  private static final String LEDGER_AWAY = "LedgerAway";

  private final AgentConfig config;
  private final BlockingHttp http;
  private final ServiceToken token;
  private final HolderKey key;

  /** New with each start, so that the ledger can tell this process from the one before it. */
  private final UUID incarnation = UUID.randomUUID();

  private final String platform =
      platform(System.getProperty("os.name"), System.getProperty("os.arch"));

  TaskApiClient(AgentConfig config, BlockingHttp http, ServiceToken token, HolderKey key) {
    this.config = config;
    this.http = http;
    this.token = token;
    this.key = key;
  }

  /**
   * Asks to own runs, all in one call.
   *
   * @param runs at most 1,000
   * @return what became of each, in the same order
   */
  public List<Claim> claim(List<RunAttempt> runs) throws IOException, InterruptedException {
    AgentConfig.Agent agent = config.agent();
    int within = (int) CLAIM_LIMIT.minus(WAY_BACK).toMillis();
    BlockingHttp.Answer answer =
        post(
            "/internal/agents/claims",
            new ClaimRequest(
                agent.name(),
                incarnation,
                key.holder(),
                agent.pool(),
                platform,
                within,
                true,
                runs),
            CLAIM_LIMIT);
    List<Claim> claims = succeeded(answer).as(ClaimAnswer.class).claims();
    if (claims.size() != runs.size()) {
      throw new IOException(
          "task-api: an answer for %d runs instead of %d".formatted(claims.size(), runs.size()));
    }
    return claims;
  }

  /**
   * Says that the agent is alive and owns these runs.
   *
   * @param leases at most 1,000
   * @param busy how many runs it owns in all
   * @param draining whether the agent takes no more runs
   * @return an entry for each run; empty if task-api answered that its database is away
   */
  Optional<HeartbeatAnswer> heartbeat(List<RunLease> leases, int busy, boolean draining)
      throws IOException, InterruptedException {
    AgentConfig.Agent agent = config.agent();
    BlockingHttp.Answer answer =
        post(
            "/internal/agents/heartbeats",
            new HeartbeatRequest(
                agent.name(),
                incarnation,
                agent.pool(),
                platform,
                agent.slots(),
                draining,
                busy,
                leases.stream().map(TaskApiClient::attempt).toList()),
            BEAT_LIMIT);
    if (answer.status() == UNAVAILABLE && answer.code().equals(LEDGER_AWAY)) {
      return Optional.empty();
    }
    return Optional.of(succeeded(answer).as(HeartbeatAnswer.class));
  }

  /** Hands runs back of which nothing is at work any more, so that others may have them at once. */
  void release(List<RunLease> leases) throws IOException, InterruptedException {
    giveBack(leases.stream().map(TaskApiClient::attempt).toList());
  }

  /**
   * The same for runs that may have been granted although their claim was not answered; those that
   * were not stay as they are.
   *
   * @param runs at most 1,000
   */
  public void giveBack(List<RunAttempt> runs) throws IOException, InterruptedException {
    succeeded(
        post(
            "/internal/agents/releases",
            new ReleaseRequest(config.agent().name(), incarnation, runs),
            RELEASE_LIMIT));
  }

  private static RunAttempt attempt(RunLease lease) {
    return new RunAttempt(lease.spec().runUid(), lease.spec().attempt());
  }

  private static BlockingHttp.Answer succeeded(BlockingHttp.Answer answer) throws IOException {
    if (!answer.ok()) {
      throw new IOException("task-api: " + answer.message());
    }
    return answer;
  }

  private BlockingHttp.Answer post(String path, Object body, Duration limit)
      throws IOException, InterruptedException {
    return token.callAndWait(
        bearer -> http.post(config.taskApiUrl() + path, bearer, body, limit),
        BlockingHttp.Answer::status);
  }

  /** In the words of image indexes. */
  static String platform(String os, String architecture) {
    String processor =
        switch (architecture) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> architecture;
        };
    return (os.startsWith("Windows") ? "windows" : "linux") + "/" + processor;
  }
}
