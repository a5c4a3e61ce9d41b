package io.slipway.taskfile.plan;

/** Where a step is. {@code FAILED} does not include failures that the step ignores. */
public enum StepState {
  WAITING,
  RUNNING,
  SUCCEEDED,
  FAILED
}
