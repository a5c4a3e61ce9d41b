package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * A request by event led to a run. It is said with the run's acceptance, once; agents may say that
 * the run began before it is read.
 *
 * @param run the run
 * @param requestId id of the event that asked
 * @param requestSource source of the event that asked
 * @param resourceId ARM id of the run
 */
public record RunAccepted(
    RunRef run, @Nullable String requestId, @Nullable String requestSource, String resourceId)
    implements RunEvent {}
