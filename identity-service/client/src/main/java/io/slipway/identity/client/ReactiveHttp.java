package io.slipway.identity.client;

import io.slipway.identity.client.egress.AllowedAddresses;
import io.slipway.identity.client.egress.EgressPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Context;
import io.vertx.mutiny.core.MultiMap;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.core.net.SocketAddress;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Outgoing HTTP of services that never block: trusts the JDK's authorities and those of {@code
 * slipway.ca-file}, follows no redirect, and tries again what may be better the next time.
 */
public final class ReactiveHttp implements AutoCloseable {
  /** In milliseconds, for {@code timeout} of each request. */
  public static final long ANSWER_MILLIS = 8_000;

  private static final int CONNECT_MILLIS = 3_000;

  private final Vertx vertx;
  private final WebClient client;
  private final RetryPolicy retries;

  /**
   * Makes the one client of a service.
   *
   * @param caFile PEM of authorities to trust besides the JDK's
   * @param userAgent the service's name
   * @throws IllegalStateException if the file can't be read; names it
   */
  public ReactiveHttp(Vertx vertx, Optional<Path> caFile, String userAgent, RetryPolicy retries) {
    this.vertx = vertx;
    this.retries = retries;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setTrustOptions(trust(caFile))
                .setMaxPoolSize(64)
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAliveTimeout(30)
                .setFollowRedirects(false)
                .setUserAgent(userAgent));
  }

  private static TrustOptions trust(Optional<Path> caFile) {
    try {
      return TrustOptions.wrap(TrustedAuthorities.trustManager(caFile.stream().toList()));
    } catch (IOException unusable) {
      throw new IllegalStateException(
          "The authorities of slipway.ca-file "
              + caFile.map(Path::toString).orElse("")
              + " can't be read",
          unusable);
    }
  }

  /**
   * Sends a request, again if need be.
   *
   * @param request makes the request anew for each try
   * @return the last answer, also if it is an error; a failure if nobody answered
   */
  public Uni<HttpResponse<Buffer>> send(Function<WebClient, Uni<HttpResponse<Buffer>>> request) {
    return attempt(retries, () -> request.apply(client), 1);
  }

  /**
   * Sends a request to an address that a user named. Its host is looked up once, and only what the
   * policy allows of it is connected to.
   *
   * @param url http or https, with a host
   * @param request completes and sends the request, anew for each try
   * @return as {@link #send(Function)}; fails with {@code EgressRefusedException} too
   */
  public Uni<HttpResponse<Buffer>> send(
      EgressPolicy egress,
      HttpMethod method,
      String url,
      Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> request) {
    return send(retries, egress, method, url, request);
  }

  /** The same with one try, for whoever counts the tries. */
  public Uni<HttpResponse<Buffer>> sendOnce(
      EgressPolicy egress,
      HttpMethod method,
      String url,
      Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> request) {
    return send(RetryPolicy.NEVER, egress, method, url, request);
  }

  private Uni<HttpResponse<Buffer>> send(
      RetryPolicy policy,
      EgressPolicy egress,
      HttpMethod method,
      String url,
      Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> request) {
    return Uni.createFrom()
        .deferred(() -> {
          URI at = URI.create(url);
          String host = Objects.requireNonNullElse(at.getHost(), "").replaceAll("[\\[\\]]", "");
          int usual = "https".equalsIgnoreCase(at.getScheme()) ? 443 : 80;
          int port = at.getPort() < 0 ? usual : at.getPort();
          return vertx
              .executeBlocking(() -> AllowedAddresses.of(egress, host, port), false)
              .chain(allowed -> {
                AtomicInteger tries = new AtomicInteger();
                return attempt(
                    policy,
                    () -> {
                      SocketAddress next = next(allowed, tries.getAndIncrement(), port);
                      return request.apply(client.requestAbs(method, next, url));
                    },
                    1);
              });
        });
  }

  private static SocketAddress next(List<InetAddress> allowed, int tried, int port) {
    String address = allowed.get(tried % allowed.size()).getHostAddress();
    return SocketAddress.inetSocketAddress(port, address);
  }

  private Uni<HttpResponse<Buffer>> attempt(
      RetryPolicy policy, Supplier<Uni<HttpResponse<Buffer>>> request, int tried) {
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
              policy.pause(tried, asked, ThreadLocalRandom.current().nextDouble());
          if (pause.isPresent()) {
            return wait(pause.get()).chain(() -> attempt(policy, request, tried + 1));
          }
          return failure == null
              ? Uni.createFrom().item(answer)
              : Uni.createFrom().failure(failure);
        });
  }

  /** Waits on the timer of the caller's own context: what follows may use the database. */
  private Uni<Void> wait(Duration pause) {
    return Uni.createFrom()
        .emitter(done -> vertx.setTimer(Math.max(1, pause.toMillis()), id -> done.complete(null)));
  }

  /** Posts a form, for {@link ServiceToken}; completes on the caller's own context. */
  public CompletionStage<ServiceToken.Answer> postForm(String url, Map<String, String> fields) {
    MultiMap form = MultiMap.caseInsensitiveMultiMap();
    fields.forEach(form::add);
    return send(http -> http.postAbs(url).timeout(ANSWER_MILLIS).sendForm(form))
        .map(answer ->
            new ServiceToken.Answer(
                answer.statusCode(), Optional.ofNullable(answer.bodyAsString()).orElse("")))
        .subscribeAsCompletionStage();
  }

  /** Gets a text, for keys of tokens; fails unless the answer is 200. */
  public CompletionStage<String> text(String url) {
    return send(http -> http.getAbs(url).timeout(ANSWER_MILLIS).send())
        .map(answer -> {
          if (answer.statusCode() != 200) {
            throw new IllegalStateException(url + " answered " + answer.statusCode());
          }
          return Optional.ofNullable(answer.bodyAsString()).orElse("");
        })
        .subscribeAsCompletionStage();
  }

  /**
   * What a stage gives, on the caller's own context. Callers that share one call would all go on
   * where its answer came otherwise, and a database session belongs to one context.
   */
  public static <T> Uni<T> onOwnContext(Supplier<CompletionStage<T>> stage) {
    return Uni.createFrom()
        .deferred(() -> {
          CompletionStage<T> started = stage.get();
          Uni<T> result = Uni.createFrom().completionStage(started);
          Context context = Vertx.currentContext();
          return context == null || started.toCompletableFuture().isDone()
              ? result
              : result.emitOn(task -> context.runOnContext(task));
        });
  }

  @Override
  public void close() {
    client.close();
  }
}
