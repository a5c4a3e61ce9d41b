package io.slipway.contract.agent;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How task-api sees a run that an agent says it owns.
 *
 * @param runToken replaces the former one when that is past half of its life; otherwise null
 */
public record HeldRun(UUID runUid, int attempt, LeaseState state, @Nullable String runToken) {

  /** A run whose token stays as it is. */
  public HeldRun(UUID runUid, int attempt, LeaseState state) {
    this(runUid, attempt, state, null);
  }

  @Override
  public String toString() { // without the token
    return "HeldRun[" + runUid + "#" + attempt + " " + state + "]";
  }
}
