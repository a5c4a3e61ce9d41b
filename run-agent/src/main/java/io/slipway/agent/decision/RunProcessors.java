package io.slipway.agent.decision;

import io.slipway.builder.ContainerEngine.MachineProcessors;
import io.slipway.taskfile.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Processors that each container of a run may use, as {@code agentConfiguration.cpu} of its task or
 * request says.
 *
 * @param most how many; 0 for no limit
 * @param warning what its author must know, or null
 */
public record RunProcessors(int most, @Nullable String warning) {
  /**
   * What a run gets on a machine. One with no more processors than the run asks for needs no limit,
   * so that the default of 2 asks nothing of a small machine.
   *
   * @param asked what the run asks for; 0 if it says nothing
   */
  public static RunProcessors of(int asked, MachineProcessors machine) {
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

  /**
   * The number that a step writes, such as {@code 0.5} or {@code 2}.
   *
   * @return 0 for no limit
   */
  public static double number(@Nullable String written) throws Refusal {
    if (written == null || written.isBlank()) {
      return 0;
    }
    try {
      double number = Double.parseDouble(written.strip());
      if (number > 0 && number <= 4096) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      // Refused below, like a number that is out of range.
    }
    throw Refusal.user("cpus: '" + written + "' is not a number of processors such as 0.5 or 2");
  }

  /** What a step gets: it may take fewer than its run has, not more; 0 is no limit. */
  public double limit(double asked) {
    return asked == 0 || most == 0 ? Math.max(asked, most) : Math.min(asked, most);
  }

  /** What to say of a step that asks for more than the run has, or null. */
  public @Nullable String tooMany(double asked) {
    return most == 0 || asked <= most
        ? null
        : "WARNING: cpus: %s is more than the run has; it gets %d (agentConfiguration.cpu)"
            .formatted(
                asked == Math.rint(asked) ? String.valueOf((long) asked) : String.valueOf(asked),
                most);
  }
}
