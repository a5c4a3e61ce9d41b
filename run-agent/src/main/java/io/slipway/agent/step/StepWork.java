package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;

/** What a step does, after its delay and within its limits. */
interface StepWork {
  /** What goes before it and is not counted in its time: a pull, the fetching of a context. */
  void prepare() throws Refusal, InterruptedException;

  /** Does it, with its retries; interrupted when its time is over. */
  void run() throws Refusal, InterruptedException;
}
