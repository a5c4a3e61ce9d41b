package io.slipway.taskapi.source;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.quarkus.logging.Log;
import io.slipway.taskapi.source.blob.BlobProblem;
import io.slipway.taskapi.source.blob.SourcePath;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * Uploads in the dialect of blob storage: Put Blob, Put Block, Put Block List. The signature in the
 * link is what opens it. This is a route of its own, before the limit of request bodies, so that
 * bytes go from the connection to the disk as they come.
 */
@ApplicationScoped
class UploadRoute {
  private static final Pattern PATH =
      Pattern.compile(Pattern.quote(UploadLinks.ACCOUNT) + "sources-([A-Za-z0-9]+)/(source/.+)");

  private static final long PATIENCE_MILLIS = 10_000;

  private final UploadLinks links;
  private final ReceiveSource receive;
  private final InstantSource clock;

  UploadRoute(UploadLinks links, ReceiveSource receive, InstantSource clock) {
    this.links = links;
    this.receive = receive;
    this.clock = clock;
  }

  void open(@Observes Router router) {
    router.route(UploadLinks.ACCOUNT + "*").order(Integer.MIN_VALUE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    request.pause();
    Matcher path = PATH.matcher(request.path());
    UUID id = path.matches() ? SourcePath.id(path.group(2)).orElse(null) : null;
    if (id == null
        || !links.isGood(
            path.group(1), path.group(2), request.getParam("se"), request.getParam("sig"))) {
      refuse(
          context,
          new BlobProblem(
              403, "AuthenticationFailed", "The link is not valid for this, or has expired."));
      return;
    }
    if (!request.method().name().equals("PUT")) {
      refuse(context, new BlobProblem(405, "UnsupportedHttpVerb", "The link is only for writing."));
      return;
    }
    Uni.createFrom()
        .deferred(() -> receive.put(request, id, path.group(1), path.group(2)))
        .subscribe()
        .with(ignored -> created(context), failure -> refuse(context, failure));
  }

  private void created(RoutingContext context) {
    context
        .response()
        .setStatusCode(201)
        .putHeader("ETag", "\"" + UUID.randomUUID() + "\"")
        .putHeader(
            "Last-Modified",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)))
        .putHeader("x-ms-version", "2018-11-09")
        .putHeader("x-ms-request-server-encrypted", "false")
        .end();
  }

  /**
   * A client reads the answer after it has sent its body; one that sends none is not waited for.
   */
  private static void discard(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.isEnded()) {
      return;
    }
    long timer = context.vertx().setTimer(PATIENCE_MILLIS, late -> request.connection().close());
    request.endHandler(ended -> context.vertx().cancelTimer(timer));
    request.exceptionHandler(broken -> context.vertx().cancelTimer(timer));
    request.handler(dropped -> {});
    request.resume();
  }

  private static void refuse(RoutingContext context, Throwable failure) {
    BlobProblem problem;
    if (failure instanceof BlobProblem known) {
      problem = known;
    } else if (Outage.is(failure)) {
      Log.warnf("An upload failed: %s", failure.toString());
      problem = new BlobProblem(503, "ServerBusy", "The upload failed. Try again.");
    } else {
      Log.error("An upload failed", failure);
      problem = new BlobProblem(500, "InternalError", "The upload failed.");
    }
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader("x-ms-error-code", problem.code())
        .putHeader("Content-Type", "application/xml")
        .end(problem.xml());
    discard(context);
  }
}
