package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * A {@link RegistryRequest} was refused.
 *
 * @param registry registry that was asked for
 * @param task task that was asked for, or null
 * @param requestId id of the event that asked
 * @param requestSource source of the event that asked
 * @param code machine-readable reason, as an ARM error code
 * @param message reason for people
 * @param field field of the request that is wrong, the first if there are several, or null
 * @param position where a task file is wrong, or null
 */
public record RunRejected(
    String registry,
    @Nullable String task,
    String requestId,
    String requestSource,
    String code,
    String message,
    @Nullable String field,
    @Nullable Position position)
    implements RunEvent {
  /**
   * A place in a task file, from 1; 0 where there is none.
   *
   * @param line line of the file
   * @param column column of that line
   */
  public record Position(int line, int column) {}
}
