package io.slipway.taskapi.logreader;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.log.text.RunLog;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
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
import java.time.Duration;
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
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final long PIECE = 512 * 1024;

  private final ReadLog readLog;

  LogStreamResource(ReadLog readLog) {
    this.readLog = readLog;
  }

  /** A look at the log: what is new, and whether it is the end. */
  private record Look(long from, Buffer bytes, @Nullable String complete) {
    long next() {
      return from + bytes.length();
    }
  }

  /** Follows the log to its end. */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> follow(
      @PathParam("registry") String registry,
      @PathParam("run") String runId,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Context Sse sse) {
    return looks(registry, runId, offset(lastEventId))
        .filter(look -> look.bytes().length() > 0 || look.complete() != null)
        .map(look -> event(sse, look));
  }

  private Multi<Look> looks(String registry, String runId, long start) {
    return Multi.createBy()
        .repeating()
        .uni(() -> new long[] {start}, position -> look(registry, runId, position))
        .withDelay(PAUSE)
        .whilst(look -> look.complete() == null);
  }

  private Uni<Look> look(String registry, String runId, long[] position) {
    return readLog
        .head(registry, runId)
        .chain(found -> {
          if (found.isEmpty() || found.get().length() < position[0]) {
            return Uni.createFrom().item(new Look(position[0], Buffer.buffer(), null));
          }
          RunLog log = found.get();
          long to = Math.min(log.length(), position[0] + PIECE);
          @Nullable String complete = to == log.length() ? log.complete().orElse(null) : null;
          return readLog
              .bytes(log.runUid(), position[0], to)
              .map(bytes -> new Look(position[0], wholeLines(bytes, complete), complete));
        })
        .invoke(look -> position[0] = look.next());
  }

  /** Pieces end with lines, so that no character is cut, unless there is no line end at all. */
  private static Buffer wholeLines(Buffer bytes, @Nullable String complete) {
    if (complete != null) {
      return bytes;
    }
    for (int end = bytes.length(); end > 0; end--) {
      if (bytes.getByte(end - 1) == '\n') {
        return bytes.getBuffer(0, end);
      }
    }
    return bytes.length() < PIECE ? Buffer.buffer() : bytes;
  }

  private static OutboundSseEvent event(Sse sse, Look look) {
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
