package io.slipway.contract;

/**
 * How a step ended. {@code FAILED}: the user's program or file said no. {@code ERRORED}: the
 * platform could not tell. {@code SKIPPED}: it never began.
 */
public enum StepOutcome {
  SUCCEEDED,
  FAILED,
  ERRORED,
  TIMED_OUT,
  CANCELED,
  SKIPPED
}
