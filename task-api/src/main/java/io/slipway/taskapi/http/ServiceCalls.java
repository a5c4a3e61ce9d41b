package io.slipway.taskapi.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Calls to the internal endpoints of the other services, with this service's token. */
@ApplicationScoped
public class ServiceCalls {
  private final OutboundHttp http;
  private final ServiceToken token;

  ServiceCalls(OutboundHttp http, ServiceToken token) {
    this.http = http;
    this.token = token;
  }

  /**
   * One call.
   *
   * @param service name for error messages
   * @param body JSON, or null for none
   * @return the answer, its status 200 to 299; fails with {@link Upstream}, whose message holds
   *     nothing of the body that was sent
   */
  public Uni<HttpResponse<Buffer>> call(
      String service, HttpMethod method, String url, io.vertx.core.buffer.@Nullable Buffer body) {
    return send(service, method, url, body)
        .chain(answer -> {
          if (answer.statusCode() != 401) {
            return Uni.createFrom().item(answer);
          }
          token.forget(); // its keys or its secret may have changed: once more, with a new one
          return send(service, method, url, body);
        })
        .map(answer -> accepted(service, answer));
  }

  private Uni<HttpResponse<Buffer>> send(
      String service, HttpMethod method, String url, io.vertx.core.buffer.@Nullable Buffer body) {
    return token
        .get()
        .chain(bearer -> {
          HttpRequest<Buffer> request =
              http.client()
                  .requestAbs(method, url)
                  .timeout(OutboundHttp.TIMEOUT_MILLIS)
                  .putHeader("Authorization", "Bearer " + bearer);
          return body == null
              ? request.send()
              : request
                  .putHeader("Content-Type", "application/json")
                  .sendBuffer(Buffer.newInstance(body));
        })
        .onFailure(failure -> !(failure instanceof Upstream))
        .transform(failure -> Upstream.unavailable(service, failure.toString()));
  }

  private static HttpResponse<Buffer> accepted(String service, HttpResponse<Buffer> answer) {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    if (status == 429 || status >= 500) {
      throw Upstream.unavailable(service, "status " + status);
    }
    throw Upstream.refused(service, status, UpstreamError.message(answer.bodyAsString()));
  }
}
