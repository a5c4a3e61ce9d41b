package io.slipway.broker.upstream;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;

/** Calls of the platform's other services, with the service token. */
@ApplicationScoped
public class ServiceCalls {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int UNAUTHORIZED = 401;

  private final OutboundHttp http;
  private final ServiceToken token;

  ServiceCalls(OutboundHttp http, ServiceToken token) {
    this.http = http;
    this.token = token;
  }

  /** A request that is ready but for its token, and how it is sent. */
  public record Call(
      Function<WebClient, HttpRequest<Buffer>> request,
      Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> sending) {}

  /**
   * The answer, below 500; 503 if the service does not answer so. A refused token is got anew once.
   */
  public Uni<HttpResponse<Buffer>> send(Upstream service, Call call) {
    return once(service, call)
        .chain(answer -> {
          if (answer.statusCode() != UNAUTHORIZED) {
            return Uni.createFrom().item(answer);
          }
          token.forget();
          return once(service, call);
        })
        .map(answer -> answered(service, answer));
  }

  private Uni<HttpResponse<Buffer>> once(Upstream service, Call call) {
    return token
        .get()
        .chain(bearer ->
            http.send(client ->
                    call.sending()
                        .apply(
                            call.request()
                                .apply(client)
                                .timeout(OutboundHttp.ANSWER_MILLIS)
                                .putHeader("Authorization", "Bearer " + bearer)))
                .onFailure()
                .transform(failure ->
                    BrokerException.unavailable(
                        service, failure.getClass().getSimpleName(), RETRY_AFTER)));
  }

  private static HttpResponse<Buffer> answered(Upstream service, HttpResponse<Buffer> answer) {
    int status = answer.statusCode();
    if (RetryPolicy.isTransient(status) || status == UNAUTHORIZED) {
      throw BrokerException.unavailable(
          service,
          "it answered " + status,
          RetryPolicy.retryAfter(answer.getHeader("Retry-After")).orElse(RETRY_AFTER));
    }
    return answer;
  }
}
