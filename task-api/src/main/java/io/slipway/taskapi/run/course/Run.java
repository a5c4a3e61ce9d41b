package io.slipway.taskapi.run.course;

import io.slipway.contract.ImageRef;
import io.slipway.contract.RunRef;
import io.slipway.contract.agent.Platform;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One execution, as the ledger has it. What it is to execute is not a part of it: that may be long,
 * and only the claim needs it ({@code RunRepository.specs}).
 *
 * @param key which run it is
 * @param origin where it comes from and what it asks of an agent
 * @param state how far it has got
 * @param times when what happened
 * @param lease who owned it and until when
 * @param result what it left
 * @param lastSequence highest sequence of the events that were applied
 * @param archived whether it is kept for good
 */
public record Run(
    Key key,
    Origin origin,
    RunState state,
    Times times,
    Lease lease,
    Result result,
    long lastSequence,
    boolean archived) {
  /**
   * @param uid unique over all registries
   * @param registryUid registry that it belongs to
   * @param registry name of that registry
   * @param number position among the registry's runs, from 1
   * @param runId what people see
   * @param taskUid task, or null for an import or a quick run
   * @param task name of the task, or null
   */
  public record Key(
      UUID uid,
      UUID registryUid,
      String registry,
      long number,
      String runId,
      @Nullable UUID taskUid,
      @Nullable String task) {}

  /**
   * @param kind what is executed
   * @param runType {@code AutoRun}, {@code AutoBuild}, {@code QuickRun} or {@code QuickBuild}
   * @param trigger what started it
   * @param pool agent pool
   * @param platform what it is built for
   * @param cpu processors that it may use
   * @param timeoutSeconds time that it may take
   * @param customRegistries login servers of the credentials that it has besides its registry's
   * @param ownCredentials whether the broker keeps something for this run alone
   * @param buildSource uploaded source that it works on, or null
   * @param priority from 1 to 9: among the waiting runs of a registry the highest is first
   */
  public record Origin(
      RunKind kind,
      String runType,
      RunTrigger trigger,
      String pool,
      Platform platform,
      int cpu,
      int timeoutSeconds,
      List<String> customRegistries,
      boolean ownCredentials,
      @Nullable UUID buildSource,
      int priority) {
    /** Priority of a run that was given none. */
    public static final int USUAL_PRIORITY = 5;
  }

  /**
   * @param created when it was accepted
   * @param queued when it was last put in the queue
   * @param started when it was first claimed
   * @param finished when it ended
   * @param updated last change
   */
  public record Times(
      Instant created,
      Instant queued,
      @Nullable Instant started,
      @Nullable Instant finished,
      Instant updated) {}

  /**
   * @param until end of the current lease, or null if nobody owns the run
   * @param history earlier attempts
   */
  public record Lease(@Nullable Instant until, RunHistory history) {
    /** That of a run that was never claimed. */
    public static final Lease NONE = new Lease(null, RunHistory.NONE);

    /** Nobody owns the run any more. */
    Lease over(RunHistory after) {
      return new Lease(null, after);
    }
  }

  /**
   * @param error why it did not succeed
   * @param outputImages images that it pushed
   * @param logBytes length of the whole log, known at the end
   */
  public record Result(
      @Nullable String error, List<ImageRef> outputImages, @Nullable Long logBytes) {}

  /** Name of the run in events. */
  public RunRef ref() {
    return new RunRef(key.uid, key.runId, key.registry, key.task, state.attempt());
  }
}
