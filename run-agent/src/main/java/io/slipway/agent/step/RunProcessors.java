package io.slipway.agent.step;

import io.slipway.builder.MachineProcessors;
import org.jspecify.annotations.Nullable;

/**
 * Processors that each container of a run may use, as {@code agentConfiguration.cpu} of its task or
 * request says. Pure.
 *
 * @param most how many; 0 for no limit
 * @param warning what its author must know, or null
 */
record RunProcessors(int most, @Nullable String warning) {
  /**
   * A machine with no more than that needs no limit, so that the default of 2 asks nothing of a
   * small machine.
   *
   * @param asked what the run asks for; 0 if it says nothing
   */
  static RunProcessors of(int asked, MachineProcessors machine) {
    if (asked <= 0 || asked >= machine.number()) {
      return new RunProcessors(0, null);
    }
    if (!machine.limited()) {
      return new RunProcessors(
          0,
          "WARNING: agentConfiguration.cpu: %d is not kept: this agent limits no processors, steps"
                  .formatted(asked)
              + " use all %d; see ./slipway doctor".formatted(machine.number()));
    }
    return new RunProcessors(asked, null);
  }

  /** What to say of a step that asks for more than the run has, or null. */
  @Nullable String tooMany(double asked) {
    return most == 0 || asked <= most
        ? null
        : "WARNING: cpus: %s is more than the run has; it gets %d (agentConfiguration.cpu)"
            .formatted(
                asked == Math.rint(asked) ? String.valueOf((long) asked) : String.valueOf(asked),
                most);
  }
}
