package io.slipway.taskapi.http;

import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.ServiceTokenException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Calls to the internal endpoints of the other services, with this service's token. */
@ApplicationScoped
public class ServiceCalls {
  private static final long TIMEOUT_MILLIS = 10_000;

  private final ReactiveHttp http;
  private final ServiceToken token;

  ServiceCalls(ReactiveHttp http, ServiceToken token) {
    this.http = http;
    this.token = token;
  }

  /**
   * One call; once more with a new token if this one is refused.
   *
   * @param service name, for error messages, and of the tokens that it takes
   * @param body what to send as JSON, or null for nothing
   * @return the answer, its status 200 to 299; fails with {@link Upstream}, whose message holds
   *     nothing of the body that was sent
   */
  public Uni<HttpResponse<Buffer>> call(
      String service, HttpMethod method, String url, @Nullable JsonObject body) {
    return ReactiveHttp.onOwnContext(() ->
            token
                .toward("slipway-" + service)
                .call(
                    bearer -> send(method, url, body, bearer).subscribeAsCompletionStage(),
                    HttpResponse::statusCode))
        .onFailure()
        .transform(failure -> unavailable(service, failure))
        .map(answer -> accepted(service, answer));
  }

  private Uni<HttpResponse<Buffer>> send(
      HttpMethod method, String url, @Nullable JsonObject body, String bearer) {
    return http.send(client -> {
      HttpRequest<Buffer> request =
          client
              .requestAbs(method, url)
              .timeout(TIMEOUT_MILLIS)
              .putHeader("Authorization", "Bearer " + bearer);
      return body == null
          ? request.send()
          : request.putHeader("Content-Type", "application/json").sendJsonObject(body);
    });
  }

  private static Upstream unavailable(String service, Throwable failure) {
    if (!(failure instanceof ServiceTokenException none)) {
      return Upstream.unavailable(service, failure.toString());
    }
    return none.status() == 0 || RetryPolicy.isTransient(none.status())
        ? Upstream.unavailable("identity-service", String.valueOf(none.getMessage()))
        : Upstream.refused("identity-service", none.status(), String.valueOf(none.getMessage()));
  }

  private static HttpResponse<Buffer> accepted(String service, HttpResponse<Buffer> answer) {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    if (RetryPolicy.isTransient(status)) {
      throw Upstream.unavailable(service, "status " + status);
    }
    throw Upstream.refused(service, status, UpstreamError.message(answer.bodyAsString()));
  }
}
