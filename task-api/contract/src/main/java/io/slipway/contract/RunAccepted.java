package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * A request by event led to a run, or cancels one. It is said in the transaction that does so,
 * once; agents may say that the run began before it is read.
 *
 * @param run the run
 * @param requestId id of the event that asked
 * @param requestSource source of the event that asked
 * @param resourceId ARM id of the run
 */
public record RunAccepted(
    RunRef run, @Nullable String requestId, @Nullable String requestSource, String resourceId)
    implements RunEvent {}
