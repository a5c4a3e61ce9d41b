package io.slipway.contract;

/**
 * A {@link RunRequested} was refused.
 *
 * @param registry registry that was asked for
 * @param task task that was asked for
 * @param requestId id of the event that asked
 * @param code machine-readable reason, as an ARM error code
 * @param message reason for people
 */
public record RunRejected(
    String registry, String task, String requestId, String code, String message)
    implements RunEvent {}
