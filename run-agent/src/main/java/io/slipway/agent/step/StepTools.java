package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.decision.RunProcessors;
import io.slipway.agent.log.StepLog;
import io.slipway.builder.EngineRun;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;
import java.time.InstantSource;

/**
 * What the steps of one attempt share.
 *
 * @param attempt the attempt that they belong to
 * @param engine its engine
 * @param processors what its containers may use
 * @param fetchContext fetches contexts of builds
 * @param contexts what contexts of builds are fetched with
 * @param volumes secret volumes of the task
 * @param built what its builds made so far
 * @param provenance says where images that they push come from
 * @param metrics what they take
 * @param clock for the times in events
 */
record StepTools(
    Attempt attempt,
    EngineRun engine,
    RunProcessors processors,
    FetchContext fetchContext,
    ContextAccess contexts,
    SecretVolumes volumes,
    BuiltImages built,
    AttachProvenance provenance,
    WorkMetrics metrics,
    InstantSource clock) {
  void log(String line) {
    attempt.log().engine(line);
  }

  /** Takes what one step prints. */
  StepLog output() {
    return attempt.log().open();
  }

  /** Does the work of a step with its retries and repeats, and shows what it prints. */
  void attempts(PlannedStep step, StepAttempts.Try once) throws Refusal, InterruptedException {
    try (StepLog output = output()) {
      new StepAttempts(step, this::log, Thread::sleep).run(once, output::write);
    }
  }
}
