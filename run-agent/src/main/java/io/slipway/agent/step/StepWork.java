package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;

/** What a step does, after its delay and within its limits. */
interface StepWork {
  /** What comes first and does not count towards its time limit: a pull, fetching a context. */
  void prepare() throws Refusal, InterruptedException;

  /** Does it, with its retries; interrupted when its time is over. */
  void run() throws Refusal, InterruptedException;
}
