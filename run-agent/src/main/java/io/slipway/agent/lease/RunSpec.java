package io.slipway.agent.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.RunRef;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a claimed run is to do, as task-api says it; see {@code docs/interfaces.md} section 4.
 *
 * @param cpu most processors of a container; 0 if task-api does not say
 */
public record RunSpec(
    UUID runUid,
    String runId,
    String registry,
    String loginServer,
    @Nullable String task,
    int attempt,
    Platform platform,
    int timeoutSeconds,
    int cpu,
    long logOffset,
    @Nullable List<String> lostAgents,
    List<String> logins,
    JsonNode step) {

  /** Where it wants to run. */
  public record Platform(String os, String architecture, @Nullable String variant) {}

  /** Names the attempt in events. */
  public RunRef ref() {
    return new RunRef(runUid, runId, registry, task, attempt);
  }

  /** Source of its events. */
  public String source() {
    return "/registries/" + registry + (task == null ? "" : "/tasks/" + task);
  }
}
