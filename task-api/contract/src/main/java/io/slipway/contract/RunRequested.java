package io.slipway.contract;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Someone asks for a run: of a task, or of what the request itself says.
 *
 * @param registry name of the registry
 * @param task name of the task, or null for a quick run or a quick build
 * @param values values for the task file, by name; never secret ones; none if it is left out
 * @param request what is to run, as the body of {@code scheduleRun} says it, without any secret;
 *     null for a run of a task as it is
 */
public record RunRequested(
    String registry,
    @Nullable String task,
    Map<String, String> values,
    @Nullable Map<String, Object> request)
    implements RegistryRequest {
  /** Values that are missing are none. */
  public RunRequested {
    values = values == null ? Map.of() : values;
  }

  /** A run of a task as it is. */
  public RunRequested(String registry, String task, Map<String, String> values) {
    this(registry, task, values, null);
  }

  /** Headers of the record that asks, without the assertion. */
  public Map<String, String> headers(UUID id, String source, Instant at) {
    EventType type = EventType.RUN_REQUESTED;
    String subject = task == null ? "" : "tasks/" + task;
    return new EventAttributes(id, source, type.type(), subject, at, 0, 0, null)
        .toHeaders(registry, type.schema());
  }
}
