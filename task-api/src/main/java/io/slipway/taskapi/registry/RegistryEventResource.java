package io.slipway.taskapi.registry;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the registry service says what was pushed and deleted. */
@Path("/internal/registry-events")
@RolesAllowed(Caller.REGISTRY)
public class RegistryEventResource {
  private final RecordRegistryEvents recordRegistryEvents;

  RegistryEventResource(RecordRegistryEvents recordRegistryEvents) {
    this.recordRegistryEvents = recordRegistryEvents;
  }

  /** Events, in the order in which they happened. */
  public record Events(List<Event> events) {}

  /**
   * @param id the same when the event is sent again
   * @param registry login server
   * @param action {@code push} or {@code delete}
   * @param tag null for a manifest that was pushed or deleted by its digest
   */
  public record Event(
      String id,
      String registry,
      String action,
      String repository,
      @Nullable String tag,
      @Nullable String digest,
      @Nullable String mediaType,
      @Nullable Long size,
      Instant time) {}

  /** Records events; those that were recorded before change nothing. */
  @POST
  public Uni<Void> record(Events events) {
    if (events.events() == null) {
      throw ArmException.invalid("'events' is missing");
    }
    for (Event event : events.events()) {
      if (event.id() == null
          || event.registry() == null
          || event.action() == null
          || event.repository() == null
          || event.time() == null) {
        throw ArmException.invalid(
            "each event must have id, registry, action, repository and time");
      }
    }
    return recordRegistryEvents.record(events.events());
  }
}
