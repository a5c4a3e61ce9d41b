package io.slipway.contract;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Someone asks for a run of a task by an event instead of a call. It counts with an assertion of
 * identity-service about who asks, see {@link RequestDigest}; that principal needs the same right
 * as for the call.
 *
 * @param registry name of the registry
 * @param task name of the task
 * @param values values for the task file, by name; never secret ones
 */
public record RunRequested(String registry, String task, Map<String, String> values)
    implements RunEvent {

  /** Headers of the record that asks, without the assertion. */
  public Map<String, String> headers(UUID id, String source, Instant at) {
    EventType type = EventType.RUN_REQUESTED;
    return new EventAttributes(id, source, type.type(), "tasks/" + task, at, 0, 0, null)
        .toHeaders(registry, type.schema());
  }
}
