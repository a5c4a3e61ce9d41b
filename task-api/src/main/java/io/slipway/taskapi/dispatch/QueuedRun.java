package io.slipway.taskapi.dispatch;

import io.slipway.contract.Causation;
import io.slipway.contract.RunRef;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that waits for an agent.
 *
 * @param run its name in events; the attempt is the one that the claim will start
 * @param registry uid of its registry
 * @param lane agents that may take it
 * @param request the event that asked for it, or null
 * @param queuedAt when it was put in the queue for this attempt
 */
public record QueuedRun(
    RunRef run, UUID registry, Lane lane, @Nullable Causation request, Instant queuedAt) {}
