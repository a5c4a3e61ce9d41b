package io.slipway.taskapi.logreader;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.quarkus.logging.Log;
import io.slipway.taskapi.log.LogLinks;
import io.slipway.taskapi.log.text.RunLog;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * A whole log in one answer, for requests that do not ask for a part of it. It goes piece by piece
 * from the database to the connection: many readers of long logs must not fill the memory. All
 * other requests go on to {@link LogBlobResource}.
 */
@ApplicationScoped
class WholeLogRoute {
  private static final String ACCOUNT = "/slipwaylogs.blob.local/";
  private static final Pattern PATH =
      Pattern.compile(Pattern.quote(ACCOUNT) + "logs-([^/]+)/([^/]+)/rawtext\\.log");
  private static final long PIECE = 1L << 20;

  private final ReadLog readLog;
  private final LinkAccess links;

  WholeLogRoute(ReadLog readLog, LinkAccess links) {
    this.readLog = readLog;
    this.links = links;
  }

  void open(@Observes Router router) {
    router.route(HttpMethod.GET, ACCOUNT + "*").order(Integer.MIN_VALUE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()
        || request.getHeader("x-ms-range") != null
        || request.getHeader("Range") != null) {
      context.next();
      return;
    }
    request.pause();
    links
        .opened(
            new LogLinks.Named(
                path.group(1),
                path.group(2),
                request.getParam("si"),
                request.getParam("skoid"),
                request.getParam("se"),
                request.getParam("sig")))
        .chain(run ->
            run.isPresent()
                ? readLog.head(run.get())
                : Uni.createFrom().item(Optional.<RunLog>empty()))
        .subscribe()
        .with(
            found -> {
              request.resume();
              found.ifPresentOrElse(log -> send(context, log), context::next);
            },
            failure -> {
              // The other one fails as well, and says how.
              request.resume();
              context.next();
            });
  }

  private void send(RoutingContext context, RunLog log) {
    HttpServerResponse response = context.response();
    log.headers().forEach(response::putHeader);
    response
        .putHeader("Content-Type", RunLog.TYPE)
        .putHeader("Content-Length", String.valueOf(log.length()));
    from(response, log, 0)
        .subscribe()
        .with(
            sent -> response.end(),
            failure -> {
              Log.warnf("A log was not read to its end: %s", failure.toString());
              context.request().connection().close();
            });
  }

  /** The next piece is read when the connection has taken the one before. */
  private Uni<Void> from(HttpServerResponse response, RunLog log, long at) {
    if (at >= log.length()) {
      return Uni.createFrom().voidItem();
    }
    return readLog
        .bytes(log.runUid(), at, Math.min(log.length(), at + PIECE))
        .chain(bytes -> {
          if (bytes.length() == 0) {
            return Uni.createFrom().failure(new IllegalStateException("the log was cut short"));
          }
          return Uni.createFrom()
              .completionStage(() -> response.write(bytes).toCompletionStage())
              .chain(() -> from(response, log, at + bytes.length()));
        });
  }
}
