package io.slipway.local.supervisor;

import java.time.Duration;

/**
 * How long to wait before a part is started again: half a second after one that ran well, doubled
 * with each quick death up to half a minute.
 */
final class RestartPause {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration RAN_WELL = Duration.ofMinutes(1);

  private Duration next = FIRST;

  /** Pause after a part that lived so long. */
  Duration after(Duration lived) {
    if (lived.compareTo(RAN_WELL) >= 0) {
      next = FIRST;
    }
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return pause;
  }
}
