package io.slipway.taskapi.dispatch;

import io.slipway.contract.Causation;
import io.slipway.contract.RunRef;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that waits for an agent.
 *
 * @param run its name in events; the attempt is the one that the claim will start
 * @param registry uid of its registry
 * @param lane agents that may take it
 * @param request the event that asked for it, or null
 * @param queuedAt when it was put in the queue for this attempt
 */
public record QueuedRun(
    RunRef run, UUID registry, Lane lane, @Nullable Causation request, Instant queuedAt) {
  /** The event that asked for the run of a row, or null. */
  public static @Nullable Causation request(Row row) {
    String id = row.getString("request_id");
    return id == null
        ? null
        : new Causation(id, row.getString("request_source"), row.getString("request_trace"));
  }
}
