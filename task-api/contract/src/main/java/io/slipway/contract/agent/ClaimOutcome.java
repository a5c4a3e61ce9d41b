package io.slipway.contract.agent;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of a claim. */
public enum ClaimOutcome {
  /** The agent owns the run. */
  @JsonProperty("Claimed")
  CLAIMED,
  /** The run is over, or has a later attempt. */
  @JsonProperty("Gone")
  GONE,
  /** Another agent owns the run. */
  @JsonProperty("Taken")
  TAKEN,
  /** Nobody owns the run, and it is not given away at this moment: the agent asks again later. */
  @JsonProperty("Later")
  LATER
}
