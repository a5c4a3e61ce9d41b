package io.slipway.broker.upstream;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.ServiceTokenException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Calls of the platform's other services, with the service token. */
@ApplicationScoped
public class ServiceCalls {
  private static final Logger LOG = Logger.getLogger(ServiceCalls.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int UNAUTHORIZED = 401;

  private final ReactiveHttp http;
  private final ServiceToken token;

  ServiceCalls(ReactiveHttp http, ServiceToken token) {
    this.http = http;
    this.token = token;
  }

  /** A request that is ready but for its token, and how it is sent. */
  public record Call(
      Function<WebClient, HttpRequest<Buffer>> request,
      Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> sending) {}

  /**
   * The answer, below 500; 503 if the service does not answer so. Once more with a new token if
   * this one is refused.
   */
  public Uni<HttpResponse<Buffer>> send(Upstream service, Call call) {
    return ReactiveHttp.onOwnContext(() ->
            token
                .toward(service.audience())
                .call(
                    bearer -> once(call, bearer).subscribeAsCompletionStage(),
                    HttpResponse::statusCode))
        .onFailure()
        .transform(failure -> unavailable(service, failure))
        .map(answer -> answered(service, answer));
  }

  private Uni<HttpResponse<Buffer>> once(Call call, String bearer) {
    return http.send(client ->
        call.sending()
            .apply(
                call.request()
                    .apply(client)
                    .timeout(ReactiveHttp.ANSWER_MILLIS)
                    .putHeader("Authorization", "Bearer " + bearer)));
  }

  private static BrokerException unavailable(Upstream service, Throwable failure) {
    if (!(failure instanceof ServiceTokenException none)) {
      return BrokerException.unavailable(service, failure.getClass().getSimpleName(), RETRY_AFTER);
    }
    if (none.status() != 0 || none.getCause() instanceof RuntimeException) {
      LOG.errorf("action=get-service-token status=%d: %s", none.status(), none.getMessage());
    }
    String why =
        none.getCause() != null
            ? none.getCause().getClass().getSimpleName()
            : "it gave no service token (status " + none.status() + ")";
    return BrokerException.unavailable(Upstream.IDENTITY, why, RETRY_AFTER);
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
