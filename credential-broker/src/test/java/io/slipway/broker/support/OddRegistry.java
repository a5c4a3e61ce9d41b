package io.slipway.broker.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A registry that answers whatever a test wants: broken, slow to recover, or lying. */
public final class OddRegistry {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end();

  OddRegistry() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request ->
                request.bodyHandler(body -> {
                  requests.add(request.method() + " " + request.path() + " " + body);
                  answer.accept(request);
                }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public String loginServer() {
    return "127.0.0.1:" + server.actualPort();
  }

  public void answer(Consumer<HttpServerRequest> other) {
    requests.clear();
    answer = other;
  }

  public void challenge(String realm, String service) {
    answer(request ->
        request
            .response()
            .setStatusCode(401)
            .putHeader(
                "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"" + service + "\"")
            .end());
  }

  public List<String> requests() {
    return List.copyOf(requests);
  }

  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
