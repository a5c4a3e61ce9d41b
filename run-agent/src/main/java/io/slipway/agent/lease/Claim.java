package io.slipway.agent.lease;

import org.jspecify.annotations.Nullable;

/**
 * Answer to the question for a run.
 *
 * @param outcome {@code Claimed}, {@code Gone} or {@code Taken}
 * @param leaseSeconds how long the run is owned without a heartbeat
 * @param runToken what the broker wants to see; never logged
 * @param spec what to do
 */
public record Claim(
    String outcome, int leaseSeconds, @Nullable String runToken, @Nullable RunSpec spec) {
  @Override
  public String toString() {
    return "Claim[" + outcome + "]";
  }
}
