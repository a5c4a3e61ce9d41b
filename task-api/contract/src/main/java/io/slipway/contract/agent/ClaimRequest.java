package io.slipway.contract.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent wants to own runs.
 *
 * @param agent its name, 1 to 200 characters
 * @param pool its pool, or null for the default one
 * @param runs at most 1,000
 */
public record ClaimRequest(String agent, @Nullable String pool, List<RunAttempt> runs) {}
