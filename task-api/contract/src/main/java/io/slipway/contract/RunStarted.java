package io.slipway.contract;

import java.time.Instant;

/**
 * An agent owns the run.
 *
 * @param run the run
 * @param agent name of the agent
 * @param startedAt when the claim was granted
 */
public record RunStarted(RunRef run, String agent, Instant startedAt) implements RunEvent {}
