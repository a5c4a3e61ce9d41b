package io.slipway.registry.http;

import io.slipway.identity.client.jwt.KeysUnavailableException;
import io.slipway.registry.auth.Access;
import io.slipway.registry.auth.GoingRuns;
import io.slipway.registry.store.RegistryStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One registry on one port. Files are read and written on virtual threads. */
public final class LoginServer {
  private static final Logger LOG = Logger.getLogger(LoginServer.class);

  /** What identity-service answers here: these paths and no other, however a path is written. */
  private static final Set<String> LOG_IN = Set.of("/oauth2/token", "/oauth2/exchange");

  private static final long LINGER_MILLIS = 2_000;

  private final String name;
  private final RegistryStore store;
  private final RegistryBudget budget;
  private final RegistryRoutes routes;
  private final @Nullable Doorkeeper door;
  private final ExecutorService workers;

  /**
   * Makes one; it serves after {@link #listen}.
   *
   * @param name the login server, as {@code 127.0.0.1:8453}
   * @param budget what it may take of the machine
   * @param door checks who calls, or null for a registry that is open to all
   */
  LoginServer(
      String name,
      RegistryStore store,
      RegistryBudget budget,
      RegistryRoutes routes,
      @Nullable Doorkeeper door,
      ExecutorService workers) {
    this.name = name;
    this.store = store;
    this.budget = budget;
    this.routes = routes;
    this.door = door;
    this.workers = workers;
  }

  Future<HttpServer> listen(Vertx vertx, HttpServerOptions options) {
    return vertx.createHttpServer(options).requestHandler(this::accept).listen();
  }

  private void accept(HttpServerRequest request) {
    try {
      budget.beginRequest();
    } catch (RegistryProblem tooMany) {
      refuse(request, tooMany);
      return;
    }
    AtomicBoolean served = new AtomicBoolean();
    Handler<Void> end =
        done -> {
          if (served.compareAndSet(false, true)) {
            budget.endRequest();
          }
        };
    request.response().endHandler(end).closeHandler(end);
    if (door != null && LOG_IN.contains(request.path())) {
      door.identity().handle(request);
      return;
    }
    request.pause();
    Context context = Objects.requireNonNull(Vertx.currentContext());
    workers.execute(() -> serve(request, context));
  }

  private void serve(HttpServerRequest request, Context context) {
    request.response().putHeader("Docker-Distribution-Api-Version", "registry/2.0");
    try {
      serve(request, context, door);
    } catch (RegistryProblem problem) {
      refuse(request, problem);
    } catch (KeysUnavailableException | GoingRuns.UnknownException away) {
      request.response().putHeader("Retry-After", "2");
      refuse(
          request,
          new RegistryProblem(503, "UNAVAILABLE", "the token cannot be checked now; try again"));
    } catch (IOException | RuntimeException failed) {
      LOG.errorf(failed, "%s %s", request.method(), request.path());
      refuse(
          request,
          new RegistryProblem(
              500, "UNKNOWN", "the registry failed: " + failed.getClass().getSimpleName()));
    }
  }

  /** Nothing is done before a route has asked for the right to it; then it may be called again. */
  private void serve(HttpServerRequest request, Context context, @Nullable Doorkeeper keeper)
      throws IOException {
    if (keeper == null) {
      routes.serve(new Call(request, context, store, budget, name, Access.OPEN));
      return;
    }
    try {
      routes.serve(new Call(request, context, store, budget, name, keeper.access(request, name)));
    } catch (Call.Unauthorized needed) {
      Access access = keeper.byPassword(request, name, needed.scope()).orElseThrow(() -> needed);
      routes.serve(new Call(request, context, store, budget, name, access));
    }
  }

  private void refuse(HttpServerRequest request, RegistryProblem problem) {
    HttpServerResponse response = request.response();
    if (response.headWritten()) {
      request.connection().close();
      return;
    }
    if (problem instanceof Call.Unauthorized unauthorized && door != null) {
      String challenge = "Bearer realm=\"" + door.realm() + "\",service=\"" + name + "\"";
      if (!unauthorized.scope().isEmpty()) {
        challenge += ",scope=\"" + unauthorized.scope() + "\"";
        if (request.getHeader("Authorization") != null) {
          challenge += ",error=\"insufficient_scope\"";
        }
      }
      response.putHeader("WWW-Authenticate", challenge);
    }
    if (problem.status() == 429) {
      response.putHeader("Retry-After", "1");
    }
    JsonObject error =
        new JsonObject().put("code", problem.code()).put("message", problem.getMessage());
    response
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("errors", new JsonArray().add(error)).toBuffer())
        .onComplete(sent -> {
          if (problem.status() == 429 && !request.isEnded()) {
            endSoon(request);
          }
        });
    if (!request.isEnded()) {
      request.resume();
    }
  }

  /** What else it sends is thrown away for a moment: closed at once, it could lose the answer. */
  private static void endSoon(HttpServerRequest request) {
    Objects.requireNonNull(Vertx.currentContext())
        .owner()
        .setTimer(
            LINGER_MILLIS,
            timer -> {
              if (request.isEnded()) {
                return;
              }
              if (request.version() == HttpVersion.HTTP_2) {
                request.response().reset();
              } else {
                request.connection().close();
              }
            });
  }
}
