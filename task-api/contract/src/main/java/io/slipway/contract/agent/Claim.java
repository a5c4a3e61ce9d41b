package io.slipway.contract.agent;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of the claim of one run.
 *
 * @param leaseSeconds how long the run is owned without a heartbeat; 0 unless claimed
 * @param runToken opens credential-broker for this attempt; never logged; null unless claimed
 * @param eventKey signs the events of this attempt, see {@link io.slipway.contract.EventSignature}:
 *     base64url of 32 bytes, never logged; null unless claimed by an agent that signs
 * @param spec what to execute; null unless claimed
 */
public record Claim(
    UUID runUid,
    ClaimOutcome outcome,
    int leaseSeconds,
    @Nullable String runToken,
    @Nullable String eventKey,
    @Nullable RunSpecification spec) {
  @Override
  public String toString() { // without token and key
    return "Claim[" + runUid + " " + outcome + "]";
  }
}
