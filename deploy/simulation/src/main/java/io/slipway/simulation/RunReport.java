package io.slipway.simulation;

import io.slipway.contract.RunEvent;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code run-events}.
 *
 * @param event what it says, or null if nobody can read it
 * @param sequence rises within a run
 */
record RunReport(@Nullable RunEvent event, long sequence) {
  /** A record that nobody can read. */
  static final RunReport UNREADABLE = new RunReport(null, 0);
}
