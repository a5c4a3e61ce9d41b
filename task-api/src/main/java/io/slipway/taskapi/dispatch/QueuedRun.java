package io.slipway.taskapi.dispatch;

import io.slipway.contract.RunRef;
import java.time.Instant;
import java.util.UUID;

/**
 * A run that waits for an agent.
 *
 * @param run its name in events; the attempt is the one that the claim will start
 * @param registry uid of its registry
 * @param lane agents that may take it
 * @param queuedAt when it was put in the queue for this attempt
 */
public record QueuedRun(RunRef run, UUID registry, Lane lane, Instant queuedAt) {}
