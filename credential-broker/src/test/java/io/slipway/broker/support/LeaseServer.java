package io.slipway.broker.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers what task-api would: who holds which attempt of which run. */
public final class LeaseServer {
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, String> agents = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private final HttpServer server;

  LeaseServer() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> {
              asked.incrementAndGet();
              String token = request.getHeader("Authorization");
              String[] path = request.path().split("/");
              String agent = agents.get(path[path.length - 2] + "/" + path[path.length - 1]);
              if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                request.response().setStatusCode(500).end();
              } else if (token == null || !token.startsWith("Bearer ey")) {
                request.response().setStatusCode(401).end();
              } else if (agent == null) {
                request.response().setStatusCode(404).end();
              } else {
                request
                    .response()
                    .end(
                        new JsonObject()
                            .put("active", true)
                            .put("agent", agent)
                            .put("until", "2100-01-01T00:00:00Z")
                            .toBuffer());
              }
            })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public void hold(String runUid, int attempt, String agent) {
    agents.put(runUid + "/" + attempt, agent);
  }

  public void release(String runUid, int attempt) {
    agents.remove(runUid + "/" + attempt);
  }

  public int asked() {
    return asked.get();
  }

  public void failNext(int times) {
    failing.set(times);
  }

  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
