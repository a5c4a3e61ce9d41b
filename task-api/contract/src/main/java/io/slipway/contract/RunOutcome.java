package io.slipway.contract;

/** How a run ended; each is a final status of the run. */
public enum RunOutcome {
  SUCCEEDED,
  FAILED,
  CANCELED,
  TIMEOUT,
  ERROR
}
