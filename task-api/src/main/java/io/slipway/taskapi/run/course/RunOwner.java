package io.slipway.taskapi.run.course;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a run.
 *
 * @param agent name of the agent
 * @param incarnation which process of the agent it is, or null if it did not say
 */
public record RunOwner(String agent, @Nullable UUID incarnation) {}
