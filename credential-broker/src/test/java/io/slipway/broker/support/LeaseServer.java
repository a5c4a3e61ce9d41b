package io.slipway.broker.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers what task-api would: what is held with which run token, and a grant to act for it. */
public final class LeaseServer {
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, JsonObject> leases = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> said = new ConcurrentHashMap<>();
  private final AtomicInteger checks = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();
  private final AtomicInteger grants = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private final HttpServer server;
  private volatile int delayMillis;

  LeaseServer() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request ->
                request.bodyHandler(body -> {
                  String token = request.getHeader("Authorization");
                  if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    request.response().setStatusCode(500).end();
                  } else if (token == null || !token.startsWith("Bearer ey")) {
                    request.response().setStatusCode(401).end();
                  } else if (request.path().equals("/internal/leases/checks")) {
                    check(request, body.toJsonObject().getJsonArray("tokens"));
                  } else if (request.path().equals("/internal/leases/act-as")) {
                    grant(request, body.toJsonObject());
                  } else if (request.path().equals("/internal/leases/vault-reads")) {
                    said.put(body.toJsonObject().getString("runToken"), body.toJsonObject());
                    request.response().setStatusCode(204).end();
                  } else {
                    request.response().setStatusCode(404).end();
                  }
                }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  private void check(HttpServerRequest request, JsonArray asked) {
    checks.incrementAndGet();
    tokens.addAndGet(asked.size());
    JsonArray held = new JsonArray();
    asked.forEach(token -> held.add(leases.get(token)));
    vertx.setTimer(
        Math.max(1, delayMillis),
        later -> request.response().end(new JsonObject().put("leases", held).toBuffer()));
  }

  private void grant(HttpServerRequest request, JsonObject asked) {
    grants.incrementAndGet();
    String token = asked.getString("runToken");
    JsonObject lease = leases.get(token);
    if (asked.containsKey("vault") && !named(token).contains(asked.getJsonObject("vault"))) {
      JsonObject error = new JsonObject().put("message", "The run's task file names no such.");
      request
          .response()
          .setStatusCode(403)
          .end(new JsonObject().put("error", error.put("code", "VaultNotNamed")).toBuffer());
      return;
    }
    if (lease == null) {
      request.response().setStatusCode(404).end();
      return;
    }
    vertx
        .executeBlocking(() -> Doors.grant(lease))
        .onSuccess(grant -> request.response().end(new JsonObject().put("grant", grant).toBuffer()))
        .onFailure(failed -> request.response().setStatusCode(503).end());
  }

  private JsonArray named(String token) {
    JsonObject one = said.get(token);
    return one == null ? new JsonArray() : one.getJsonArray("reads");
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public void hold(String token, JsonObject lease) {
    leases.put(token, lease);
  }

  public void release(String token) {
    leases.remove(token);
  }

  /** How many calls asked for leases. */
  public int checks() {
    return checks.get();
  }

  /** How many tokens were asked about. */
  public int tokens() {
    return tokens.get();
  }

  /** How many grants were asked for. */
  public int grants() {
    return grants.get();
  }

  public void failNext(int times) {
    failing.set(times);
  }

  /** Lets each answer about leases take so long. */
  public void delay(int millis) {
    delayMillis = millis;
  }

  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
