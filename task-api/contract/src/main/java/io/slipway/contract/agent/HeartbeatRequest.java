package io.slipway.contract.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent is alive and owns runs.
 *
 * @param agent its name, 1 to 200 characters
 * @param pool its pool, or null for the default one
 * @param slots how many runs it can execute at once
 * @param runs what it owns, at most 1,000
 */
public record HeartbeatRequest(
    String agent, @Nullable String pool, int slots, List<RunAttempt> runs) {}
