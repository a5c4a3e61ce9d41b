package io.slipway.agent.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.http.ServiceToken;
import io.slipway.agent.lease.Claim;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.RunQueued;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The agent's questions to task-api. */
@ApplicationScoped
public class TaskApiClient {
  /** Shorter than what a lease has left when its heartbeat is due. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final AgentConfig config;
  private final HttpCalls http;
  private final ServiceToken token;
  private final ObjectMapper json;

  TaskApiClient(AgentConfig config, HttpCalls http, ServiceToken token, ObjectMapper json) {
    this.config = config;
    this.http = http;
    this.token = token;
    this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /** Asks to own a run. */
  public Claim claim(RunQueued queued) throws IOException, InterruptedException {
    JsonNode answer =
        post(
            "/internal/agents/claims",
            Map.of(
                "agent", config.agent().name(),
                "pool", config.agent().pool(),
                "runs", List.of(attempt(queued.run().runUid(), queued.run().attempt()))));
    return json.treeToValue(answer.at("/claims/0"), Claim.class);
  }

  /** Says that the agent is alive and owns these runs; answers one entry per run. */
  public JsonNode heartbeat(Collection<RunLease> leases) throws IOException, InterruptedException {
    return post(
        "/internal/agents/heartbeats",
        Map.of(
            "agent", config.agent().name(),
            "pool", config.agent().pool(),
            "slots", config.agent().slots(),
            "runs",
                leases.stream()
                    .map(lease -> attempt(lease.spec().runUid(), lease.spec().attempt()))
                    .toList()));
  }

  private static Map<String, Object> attempt(UUID runUid, int attempt) {
    return Map.of("runUid", runUid, "attempt", attempt);
  }

  private JsonNode post(String path, Object body) throws IOException, InterruptedException {
    HttpCalls.Answer answer = http.post(config.taskApiUrl() + path, token.get(), body, LIMIT);
    if (!answer.ok()) {
      throw new IOException("task-api: " + answer.message());
    }
    return answer.body();
  }
}
