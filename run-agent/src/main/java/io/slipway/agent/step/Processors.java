package io.slipway.agent.step;

import io.slipway.agent.lease.Refusal;
import org.jspecify.annotations.Nullable;

/** Limits of processors as a step writes them: {@code 0.5}, {@code 2}. */
final class Processors {
  private Processors() {}

  /**
   * The number for a step of a run that has some; a step may take fewer than its run, not more.
   *
   * @param run processors of the run, 0 for no limit
   */
  static double of(@Nullable String written, int run) throws Refusal {
    return fewer(of(written), run);
  }

  /** The lower of two numbers of which 0 is no limit. */
  static double fewer(double one, double other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  /** The number; 0 for no limit. */
  static double of(@Nullable String written) throws Refusal {
    if (written == null || written.isBlank()) {
      return 0;
    }
    try {
      double number = Double.parseDouble(written.strip());
      if (number > 0 && number <= 4096) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      // Told below, as other texts that are no such number.
    }
    throw Refusal.user("cpus: '" + written + "' is not a number of processors such as 0.5 or 2");
  }
}
