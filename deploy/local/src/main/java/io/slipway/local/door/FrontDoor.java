package io.slipway.local.door;

import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * TLS on {@code https://localhost:<port>}, on loopback only. Passes each request on to the service
 * that owns its path; bodies stream through in both directions, of any size and for any time.
 */
public final class FrontDoor implements AutoCloseable {
  /** The largest body that task-api accepts, in bytes; uploads go to blob addresses. */
  private static final long LARGEST = 4L << 20;

  private static final int POOL = 512;

  private final Vertx vertx;

  private FrontDoor(Vertx vertx) {
    this.vertx = vertx;
  }

  public static FrontDoor open(Ports ports, LocalCertificates certificates) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setPort(ports.frontDoor())
            .setMaxHeaderSize(64 * 1024)
            .setPemKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(certificates.certificate().toString())
                    .setKeyPath(certificates.key().toString()));
    HttpProxy identity = proxy(vertx, "identity-service", ports.identity());
    HttpProxy taskApi = proxy(vertx, "task-api", ports.taskApi());
    JsonObject document = CloudDocument.of(ports.publicUrl());
    FrontDoor door = new FrontDoor(vertx);
    try {
      door.listen(options.setHost("127.0.0.1"), identity, taskApi, document);
    } catch (LocalException failed) {
      door.close();
      throw failed;
    }
    try {
      door.listen(options.setHost("::1"), identity, taskApi, document);
    } catch (LocalException noIpv6) {
      // A machine without IPv6 has no second loopback address; the first is enough.
      return door;
    }
    return door;
  }

  private void listen(
      HttpServerOptions options, HttpProxy identity, HttpProxy taskApi, JsonObject document) {
    await(
        vertx
            .createHttpServer(options)
            .requestHandler(request -> {
              if (isTooLarge(request)) {
                answer(request, 413, tooLarge());
                return;
              }
              switch (Destination.of(request.path())) {
                case IDENTITY -> identity.handle(request);
                case TASK_API -> taskApi.handle(request);
                case CLOUD_DOCUMENT -> answer(request, 200, document);
                case REFUSED ->
                    answer(request, 404, error("NotFound", "Nothing is served at this path."));
              }
            })
            .listen());
  }

  /**
   * Refused here, since a service that hangs up in the middle of a body looks like one that is
   * down.
   */
  private static boolean isTooLarge(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length != null
        && !isUpload(request)
        && (length.length() > 18 || Long.parseLong(length) > LARGEST);
  }

  private static boolean isUpload(HttpServerRequest request) {
    return request.path().contains(".blob.");
  }

  private static JsonObject tooLarge() {
    return error("RequestEntityTooLarge", "The request has more than %d bytes.".formatted(LARGEST));
  }

  private static HttpProxy proxy(Vertx vertx, String service, int port) {
    return HttpProxy.reverseProxy(
            vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(POOL)))
        .origin(port, "127.0.0.1")
        .addInterceptor(
            new ProxyInterceptor() {
              @Override
              public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
                ProxyRequest request = context.request();
                HttpServerRequest proxied = request.proxiedRequest();
                String query = proxied.query();
                request.setURI(
                    Destination.collapsed(proxied.path()) + (query == null ? "" : "?" + query));
                return context.sendRequest().recover(broken -> refused(request, service));
              }
            });
  }

  /** A service hangs up when a body without a stated length grows too large. */
  private static Future<ProxyResponse> refused(ProxyRequest request, String service) {
    HttpServerRequest proxied = request.proxiedRequest();
    if (proxied.bytesRead() > LARGEST && !isUpload(proxied)) {
      return answer(request, 413, tooLarge());
    }
    return answer(
        request,
        503,
        error("ServiceUnavailable", service + " is not answering at the moment; try again."));
  }

  private static Future<ProxyResponse> answer(ProxyRequest request, int status, JsonObject error) {
    request.release();
    ProxyResponse response = request.response();
    response.setStatusCode(status);
    if (status == 503) {
      response.putHeader("Retry-After", "1");
    }
    response.putHeader("Content-Type", "application/json");
    response.setBody(Body.body(error.toBuffer()));
    return Future.succeededFuture(response);
  }

  private static void answer(HttpServerRequest request, int status, JsonObject json) {
    Buffer body = json.toBuffer();
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body);
  }

  private static JsonObject error(String code, String message) {
    return new JsonObject()
        .put("error", new JsonObject().put("code", code).put("message", message));
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new LocalException("front door: " + failed.getMessage(), failed);
    } catch (TimeoutException failed) {
      throw new LocalException("front door: no answer", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("front door: interrupted", interrupted);
    }
  }
}
