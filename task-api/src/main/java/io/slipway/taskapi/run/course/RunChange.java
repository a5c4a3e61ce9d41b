package io.slipway.taskapi.run.course;

import io.slipway.contract.RunOutcome;

/** What is reported of a run or asked of it. */
public sealed interface RunChange {

  /** An agent wants to own the run. */
  record Claim(int attempt, String agent) implements RunChange {}

  /** An agent began a step. */
  record StepBegan(int attempt) implements RunChange {}

  /** An agent reports that the run ended. */
  record Completed(int attempt, RunOutcome outcome) implements RunChange {}

  /** Somebody wants the run to end. */
  record CancelRequested() implements RunChange {}

  /** The agent's lease is over and was not renewed. */
  record LeaseExpired() implements RunChange {}

  /** No agent took the run in the time that it may wait. */
  record WaitedTooLong() implements RunChange {}
}
