package io.slipway.taskapi.run.course;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a run.
 *
 * @param agent name of the agent
 * @param incarnation which process of the agent it is, or null if it did not say
 */
public record RunOwner(String agent, @Nullable UUID incarnation) {
  /** The owner with this name, or null if nobody owns the run. */
  public static @Nullable RunOwner of(@Nullable String agent, @Nullable UUID incarnation) {
    return agent == null ? null : new RunOwner(agent, incarnation);
  }
}
