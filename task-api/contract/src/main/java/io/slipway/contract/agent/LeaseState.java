package io.slipway.contract.agent;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an agent is to do with a run that it says it owns. */
public enum LeaseState {
  /** Go on. */
  @JsonProperty("Held")
  HELD,
  /** End it, then report. */
  @JsonProperty("Cancel")
  CANCEL,
  /** Stop at once and report nothing: it belongs to another agent, or is over. */
  @JsonProperty("Lost")
  LOST
}
