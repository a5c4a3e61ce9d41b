package io.slipway.agent.step;

/** What a step does, after its delay and within its limits. */
interface StepWork {
  /** What goes before it and is not counted in its time: a pull, the fetching of a context. */
  void prepare() throws StepFailure, InterruptedException;

  /** Does it, with its retries; interrupted when its time is over. */
  void run() throws StepFailure, InterruptedException;
}
