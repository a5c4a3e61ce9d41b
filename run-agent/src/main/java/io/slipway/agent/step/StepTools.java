package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.decision.RunProcessors;
import io.slipway.builder.EngineRun;
import java.time.InstantSource;

/**
 * What the steps of one attempt share.
 *
 * @param attempt the attempt
 * @param engine its engine
 * @param processors what its containers may use
 * @param fetchContext brings contexts of builds
 * @param contexts with what it brings them
 * @param volumes secret volumes of the task
 * @param built what its builds made so far
 * @param clock the clock
 */
record StepTools(
    Attempt attempt,
    EngineRun engine,
    RunProcessors processors,
    FetchContext fetchContext,
    ContextAccess contexts,
    SecretVolumes volumes,
    BuiltImages built,
    InstantSource clock) {
  void log(String line) {
    attempt.log().engine(line);
  }

  /** For what one step prints. */
  StepOutput output() {
    return new StepOutput(attempt.log().open());
  }
}
