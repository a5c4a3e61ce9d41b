package io.slipway.taskapi.run.course;

import io.slipway.contract.RunOutcome;

/** What is reported of a run or asked of it. */
public sealed interface RunChange {
  /** An agent wants to own the run. */
  record Claim(int attempt, RunOwner owner) implements RunChange {}

  /**
   * The agent that owns the run gives it back.
   *
   * @param history the attempts before this one
   */
  record Released(int attempt, RunOwner owner, RunHistory history) implements RunChange {}

  /** What the run asks for cannot be executed by anybody. */
  record Unexecutable() implements RunChange {}

  /** An agent began a step. */
  record StepBegan(int attempt) implements RunChange {}

  /** An agent reports that the run ended. */
  record Completed(int attempt, RunOutcome outcome) implements RunChange {}

  /** Somebody wants the run to end. */
  record CancelRequested() implements RunChange {}

  /**
   * The agent's lease is over and was not renewed.
   *
   * @param history the attempts before this one
   */
  record LeaseExpired(RunHistory history) implements RunChange {}

  /** No agent took the run in the time that it may wait. */
  record WaitedTooLong() implements RunChange {}
}
