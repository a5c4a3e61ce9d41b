package io.slipway.broker.upstream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The one HTTP client: trusts the JDK's authorities and those of {@code slipway.ca-file}, follows
 * no redirect, gives up after some seconds, and tries again what may be better the next time.
 */
@ApplicationScoped
public class OutboundHttp {
  private static final int CONNECT_MILLIS = 3_000;

  /** For {@code timeout} of each request. */
  public static final long ANSWER_MILLIS = 8_000;

  private final Vertx vertx;
  private final WebClient client;

  OutboundHttp(Vertx vertx, @ConfigProperty(name = "slipway.ca-file") Optional<Path> caFile) {
    this.vertx = vertx;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setTrustOptions(TrustOptions.wrap(trustManager(caFile)))
                .setMaxPoolSize(32)
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAliveTimeout(30)
                .setFollowRedirects(false)
                .setUserAgent("slipway-credential-broker"));
  }

  private static X509TrustManager trustManager(Optional<Path> caFile) {
    return (X509TrustManager) TrustedAuthorities.factory(caFile).getTrustManagers()[0];
  }

  /**
   * Sends a request, again if need be.
   *
   * @param request makes the request anew for each try
   * @return the last answer, also if it is an error; a failure if nobody answered
   */
  public Uni<HttpResponse<Buffer>> send(Function<WebClient, Uni<HttpResponse<Buffer>>> request) {
    return attempt(() -> request.apply(client), 1);
  }

  private Uni<HttpResponse<Buffer>> attempt(
      Supplier<Uni<HttpResponse<Buffer>>> request, int tried) {
    return request
        .get()
        .onItemOrFailure()
        .transformToUni((answer, failure) -> {
          if (failure == null && !RetryPolicy.isTransient(answer.statusCode())) {
            return Uni.createFrom().item(answer);
          }
          Optional<Duration> asked =
              failure == null
                  ? RetryPolicy.retryAfter(answer.getHeader("Retry-After"))
                  : Optional.empty();
          Optional<Duration> pause =
              RetryPolicy.WHILE_AN_AGENT_WAITS.pause(
                  tried, asked, ThreadLocalRandom.current().nextDouble());
          if (pause.isPresent()) {
            return wait(pause.get()).chain(() -> attempt(request, tried + 1));
          }
          return failure == null
              ? Uni.createFrom().item(answer)
              : Uni.createFrom().failure(failure);
        });
  }

  /** Waits on the timer of the own context: what follows may use the database. */
  private Uni<Void> wait(Duration pause) {
    return Uni.createFrom()
        .emitter(done -> vertx.setTimer(Math.max(1, pause.toMillis()), id -> done.complete(null)));
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
