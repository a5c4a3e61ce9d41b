package io.slipway.taskapi.logreader;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ResourceId;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The log of a run as server-sent events while it grows. The id of an event is the offset of the
 * byte after it, so that a reader that comes back with {@code Last-Event-ID} misses nothing and
 * gets nothing twice; the last event is {@code complete} with the word for how the run ended.
 */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/runs/{run}/logstream")
@RolesAllowed(Caller.ARM)
@LogStreamAccess.Checked
public class LogStreamResource {
  private final ReadLog readLog;
  private final FollowedLogs logs;
  private final StreamPlaces places;
  private final Access access;
  private final Caller caller;

  LogStreamResource(
      ReadLog readLog, FollowedLogs logs, StreamPlaces places, Access access, Caller caller) {
    this.readLog = readLog;
    this.logs = logs;
    this.places = places;
    this.access = access;
    this.caller = caller;
  }

  /** Follows the log to its end, or until the reader may no longer read it. */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> follow(
      @PathParam("sub") String subscription,
      @PathParam("group") String group,
      @PathParam("registry") String registry,
      @PathParam("run") String runId,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Context Sse sse) {
    String principalId = caller.principalId();
    String scope = ResourceId.registry(subscription, group, registry) + "/runs/" + runId;
    long start = offset(lastEventId);
    return readLog
        .uid(registry, runId)
        .onItem()
        .transformToMulti(found ->
            found
                .map(run ->
                    logs.follow(
                        run, start, () -> access.may(principalId, LogStreamAccess.ACTION, scope)))
                .orElseGet(() -> Multi.createFrom().empty()))
        .onSubscription()
        .invoke(() -> places.take(principalId))
        .onTermination()
        .invoke(() -> places.give(principalId))
        .filter(look -> look.bytes().length() > 0 || look.complete() != null)
        .map(look -> event(sse, look));
  }

  private static OutboundSseEvent event(Sse sse, FollowedLogs.Look look) {
    String text = look.bytes().toString(StandardCharsets.UTF_8);
    OutboundSseEvent.Builder event = sse.newEventBuilder().id(Long.toString(look.next()));
    return look.complete() == null
        ? event
            .name("log")
            .data(new LogText(text, null))
            .mediaType(MediaType.APPLICATION_JSON_TYPE)
            .build()
        : event
            .name("complete")
            .data(new LogText(text, look.complete()))
            .mediaType(MediaType.APPLICATION_JSON_TYPE)
            .build();
  }

  /** Data of an event: JSON, so that line ends and control characters survive. */
  public record LogText(String text, @Nullable String outcome) {}

  private static long offset(@Nullable String lastEventId) {
    try {
      return lastEventId == null ? 0 : Math.max(0, Long.parseLong(lastEventId.strip()));
    } catch (NumberFormatException unreadable) {
      return 0;
    }
  }
}
