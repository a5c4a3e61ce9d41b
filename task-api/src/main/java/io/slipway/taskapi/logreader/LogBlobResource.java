package io.slipway.taskapi.logreader;

import io.slipway.taskapi.log.LogLinks;
import io.slipway.taskapi.log.text.ByteRange;
import io.slipway.taskapi.log.text.RunLog;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The log of a run in the dialect of blob storage, as the CLI streams it. The signature in the link
 * opens it, so no log-in is needed.
 */
@Path("/slipwaylogs.blob.local/logs-{registry}/{run}/rawtext.log")
// Clients of blob storage may say that they accept XML alone, for its errors.
@Produces({MediaType.TEXT_PLAIN, MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_XML})
@PermitAll
public class LogBlobResource {
  private final ReadLog readLog;
  private final LinkAccess links;

  LogBlobResource(ReadLog readLog, LinkAccess links) {
    this.readLog = readLog;
    this.links = links;
  }

  /** What the link of a request says. */
  public static final class Link {
    @PathParam("registry")
    String registry = "";

    @PathParam("run")
    String run = "";

    @QueryParam("si")
    @Nullable String uid;

    @QueryParam("skoid")
    @Nullable String reader;

    @QueryParam("se")
    @Nullable String expires;

    @QueryParam("sig")
    @Nullable String signature;

    LogLinks.Named named() {
      return new LogLinks.Named(registry, run, uid, reader, expires, signature);
    }
  }

  /** How long the log is now, and whether it is complete. */
  @HEAD
  public Uni<RestResponse<Buffer>> head(@BeanParam Link link) {
    return log(
        link,
        log ->
            Uni.createFrom()
                .item(
                    described(ResponseBuilder.ok(), log)
                        .header("Content-Length", log.length())
                        .build()));
  }

  /** A part of the log (206), at most 4 MiB; {@link WholeLogRoute} has all of it. */
  @GET
  public Uni<RestResponse<Buffer>> get(
      @BeanParam Link link,
      @HeaderParam("x-ms-range") @Nullable String blobRange,
      @HeaderParam("Range") @Nullable String range) {
    return log(link, log -> bytes(log, blobRange == null ? range : blobRange));
  }

  private Uni<RestResponse<Buffer>> log(
      Link link, Function<RunLog, Uni<RestResponse<Buffer>>> answer) {
    return links
        .opened(link.named())
        .chain(opened ->
            opened
                .map(run ->
                    readLog
                        .head(run)
                        .chain(found ->
                            found.map(answer).orElseGet(() -> refused(404, "BlobNotFound"))))
                .orElseGet(() -> refused(403, "AuthenticationFailed")));
  }

  private Uni<RestResponse<Buffer>> bytes(RunLog log, @Nullable String header) {
    ByteRange part =
        ByteRange.parse(header, log.length())
            .orElseGet(() -> new ByteRange(0, Math.min(log.length(), ByteRange.MOST)));
    if (part.isBeyond(log.length())) {
      return Uni.createFrom()
          .item(
              described(builder(416), log)
                  .header("Content-Range", "bytes */" + log.length())
                  .header("x-ms-error-code", "InvalidRange")
                  .build());
    }
    return readLog
        .bytes(log.runUid(), part.from(), part.to())
        .map(bytes -> partial(log, part, bytes));
  }

  private static RestResponse<Buffer> partial(RunLog log, ByteRange part, Buffer bytes) {
    return described(builder(206), log)
        .header(
            "Content-Range",
            "bytes %d-%d/%d".formatted(part.from(), part.from() + bytes.length() - 1, log.length()))
        .entity(bytes)
        .build();
  }

  private static ResponseBuilder<Buffer> builder(int status) {
    return ResponseBuilder.create(status);
  }

  private static ResponseBuilder<Buffer> described(ResponseBuilder<Buffer> answer, RunLog log) {
    answer.type(RunLog.TYPE);
    log.headers().forEach(answer::header);
    return answer;
  }

  private static Uni<RestResponse<Buffer>> refused(int status, String code) {
    return Uni.createFrom()
        .item(LogBlobResource.builder(status).header("x-ms-error-code", code).build());
  }
}
