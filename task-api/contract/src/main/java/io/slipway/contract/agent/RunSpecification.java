package io.slipway.contract.agent;

import io.slipway.contract.Causation;
import io.slipway.contract.RunRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an agent executes. It holds no secret.
 *
 * @param runUid unique over all registries
 * @param runId what people see, unique within the registry
 * @param registry name of the registry
 * @param registryId ARM id of the registry
 * @param loginServer login server of the registry
 * @param task name of the task, or null for a quick run or an import
 * @param attempt number of this attempt, from 1
 * @param platform what it builds for
 * @param timeoutSeconds time that the attempt may take
 * @param cpu most processors of a container; 0 if task-api does not say
 * @param logOffset length of the log before this attempt, in bytes
 * @param lostAgents names of the agents of earlier attempts
 * @param createdAt when the run was accepted
 * @param logins registries to log in to before the first step, the run's own first
 * @param queueing where the run waited; null if task-api does not say
 * @param step what to execute
 * @param causation request by event that led to the run, which all its events name; null if it was
 *     asked for otherwise, and from earlier versions of task-api
 */
public record RunSpecification(
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
    @Nullable Queueing queueing,
    TaskStep step,
    @Nullable Causation causation) {
  /**
   * What the end of a run says of its way here.
   *
   * @param trigger what started the run
   * @param pool agent pool
   * @param queuedAt when it was put in the queue for this attempt
   * @param git what was pushed; null unless that started the run, and from earlier versions of
   *     task-api
   */
  public record Queueing(String trigger, String pool, Instant queuedAt, @Nullable Git git) {}

  /**
   * What a git provider told of.
   *
   * @param branch null for a tag
   * @param tag null for a branch
   */
  public record Git(String commit, @Nullable String branch, @Nullable String tag) {}

  /** Lists that are missing are empty. */
  public RunSpecification {
    lostAgents = lostAgents == null ? List.of() : List.copyOf(lostAgents);
    logins = logins == null ? List.of() : List.copyOf(logins);
  }

  /** Names the attempt in events. */
  public RunRef ref() {
    return new RunRef(runUid, runId, registry, task, attempt);
  }

  /** CloudEvents source of the run's events. */
  public String source() {
    return "/registries/" + registry + (task == null ? "" : "/tasks/" + task);
  }
}
