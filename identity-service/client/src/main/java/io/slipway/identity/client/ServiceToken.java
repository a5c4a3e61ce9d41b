package io.slipway.identity.client;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The token that a service shows to the others. It is renewed at half its life, so that an
 * identity-service that is away for a while stops nobody, and replaced when somebody refuses it:
 * the issuer's keys or its database may have changed. Safe for many threads.
 */
public final class ServiceToken {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final Duration INSTEAD = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String tokenUrl;
  private final String clientId;
  private final ClientSecret secret;
  private final PostForm http;
  private final InstantSource clock;
  private final String audience;

  /** Those of the same client, by audience. */
  private final Map<String, ServiceToken> all;

  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<String>> underway =
      new AtomicReference<>();

  /** Sends a form; any status is an answer. Fails if nobody answers. */
  @FunctionalInterface
  public interface PostForm {
    /** Posts the fields to an address, as {@code application/x-www-form-urlencoded}. */
    CompletionStage<Answer> post(String url, Map<String, String> fields);
  }

  /**
   * What came back.
   *
   * @param status HTTP status
   * @param body its text
   */
  public record Answer(int status, String body) {
    @Override
    public String toString() {
      return "Answer[status=" + status + "]";
    }
  }

  /** A call that waits for its answer. */
  @FunctionalInterface
  public interface BlockingCall<A> {
    /** Makes the call with the token as its bearer. */
    A with(String token) throws IOException, InterruptedException;
  }

  private record Held(String token, Instant renewAt, Instant endsAt) {
    @Override
    public String toString() {
      return "Held[renewAt=" + renewAt + ", endsAt=" + endsAt + "]";
    }
  }

  /**
   * The token of one service client for task-api, which most calls go to; see {@link #toward}.
   *
   * @param identityUrl address of identity-service, without a slash at the end
   */
  public ServiceToken(
      String identityUrl,
      String clientId,
      ClientSecret secret,
      PostForm http,
      InstantSource clock) {
    this.tokenUrl = identityUrl + "/adfs/oauth2/token";
    this.clientId = clientId;
    this.secret = secret;
    this.http = http;
    this.clock = clock;
    this.audience = Audience.TASK_API;
    this.all = new ConcurrentHashMap<>();
  }

  private ServiceToken(ServiceToken like, String audience) {
    this.tokenUrl = like.tokenUrl;
    this.clientId = like.clientId;
    this.secret = like.secret;
    this.http = like.http;
    this.clock = like.clock;
    this.audience = audience;
    this.all = like.all;
  }

  /**
   * The same client's token for another service, the same object each time.
   *
   * @param receiver its audience: whoever receives a token can use it nowhere else
   */
  public ServiceToken toward(String receiver) {
    return receiver.equals(Audience.TASK_API) && audience.equals(receiver)
        ? this
        : all.computeIfAbsent(receiver, other -> new ServiceToken(this, other));
  }

  /**
   * A token that is good for a minute at least. Fails with {@link ServiceTokenException}, on the
   * thread on which the HTTP client does.
   */
  public CompletionStage<String> get() {
    Held current = held.get();
    Instant now = clock.instant();
    if (current == null || !now.isBefore(current.endsAt())) {
      return fetchOnce();
    }
    if (now.isBefore(current.renewAt())) {
      return CompletableFuture.completedFuture(current.token());
    }
    // One caller has it renewed, and none waits for that: the token is still good, and a heartbeat
    // that waited for an issuer that hangs would lose its runs.
    if (held.compareAndSet(current, later(current))) {
      CompletionStage<String> unused = fetchOnce();
    }
    return CompletableFuture.completedFuture(current.token());
  }

  /** The same token, whose renewal is tried again after a pause. */
  private Held later(Held current) {
    Instant next = clock.instant().plus(PAUSE);
    return new Held(
        current.token(),
        next.isBefore(current.endsAt()) ? next : current.endsAt(),
        current.endsAt());
  }

  /**
   * A token, waited for.
   *
   * @throws ServiceTokenException if identity-service gives none
   */
  public String await() throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return awaited(get());
  }

  private String awaited(CompletionStage<String> coming) throws IOException, InterruptedException {
    try {
      return coming.toCompletableFuture().get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof TimeoutException late) {
        throw new ServiceTokenException("identity-service does not answer", 0, late);
      }
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new IllegalStateException("no service token for " + clientId, cause);
    }
  }

  /**
   * Another token than one that somebody refused. That one is kept until there is another: whoever
   * refused it may have erred, as a service does that cannot get the issuer's keys.
   */
  private CompletionStage<String> instead(String refused) {
    Held current = held.get();
    return current == null || current.token().equals(refused) ? fetch() : get();
  }

  /**
   * Makes a call with the token, once more with a new one if the answer is 401 and there is a new
   * one.
   *
   * @param status the HTTP status of an answer
   */
  public <A> CompletionStage<A> call(
      Function<String, CompletionStage<A>> call, ToIntFunction<A> status) {
    return get()
        .thenCompose(token ->
            call.apply(token)
                .thenCompose(answer -> {
                  if (status.applyAsInt(answer) != UNAUTHORIZED) {
                    return CompletableFuture.completedFuture(answer);
                  }
                  return instead(token)
                      .handle((other, failure) ->
                          failure == null
                              ? call.apply(other)
                              : CompletableFuture.completedFuture(answer))
                      .thenCompose(again -> again);
                }));
  }

  /**
   * Makes a call with the token, once more with a new one if the answer is 401 and there is a new
   * one, and waits for it.
   *
   * @param status the HTTP status of an answer
   */
  public <A> A callAndWait(BlockingCall<A> call, ToIntFunction<A> status)
      throws IOException, InterruptedException {
    String token = await();
    A answer = call.with(token);
    if (status.applyAsInt(answer) != UNAUTHORIZED) {
      return answer;
    }
    // Within a bound: an issuer that hangs must not keep a heartbeat for longer than a lease.
    CompletionStage<String> other =
        instead(token).toCompletableFuture().copy().orTimeout(INSTEAD.toSeconds(), SECONDS);
    try {
      return call.with(awaited(other));
    } catch (ServiceTokenException none) {
      return answer;
    }
  }

  /** All who need a token at one time wait for one answer. */
  private CompletionStage<String> fetchOnce() {
    CompletableFuture<String> mine = new CompletableFuture<>();
    CompletableFuture<String> other = underway.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    fetch()
        .whenComplete((token, failure) -> {
          underway.set(null);
          if (failure == null) {
            mine.complete(token);
          } else {
            mine.completeExceptionally(
                failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
          }
        });
    return mine;
  }

  /** Whatever goes wrong is said by the stage: all who need a token wait for it. */
  private CompletionStage<String> fetch() {
    try {
      return ask();
    } catch (RuntimeException | Error broken) {
      return CompletableFuture.failedFuture(new CompletionException(unreachable(broken)));
    }
  }

  private CompletionStage<String> ask() {
    String text;
    try {
      text = secret.text();
    } catch (UncheckedIOException | IllegalStateException unusable) {
      return CompletableFuture.failedFuture(
          new CompletionException(
              new ServiceTokenException(
                  "no service token for " + clientId + ": " + unusable.getMessage(), 0, unusable)));
    }
    Map<String, String> form =
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            clientId,
            "client_secret",
            text,
            "scope",
            audience + "/.default");
    return http.post(tokenUrl, form)
        .handle((answer, failure) -> {
          if (failure != null) {
            throw new CompletionException(unreachable(failure));
          }
          return hold(answer);
        });
  }

  private static Throwable unreachable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof InterruptedException
        ? cause
        : new ServiceTokenException("identity-service can't be reached: " + cause, 0, cause);
  }

  private String hold(Answer answer) {
    if (answer.status() != OK) {
      throw refused(
          "it answered "
              + answer.status()
              + "; is slipway.client.secret-file the one that identity-service knows?",
          answer.status());
    }
    try {
      JsonNode body = JSON.readTree(answer.body());
      String token = body.path("access_token").asText();
      long seconds = body.path("expires_in").asLong();
      if (token.isEmpty() || seconds <= 0) {
        throw refused("its answer has no access_token or no expires_in", OK);
      }
      Instant now = clock.instant();
      held.set(
          new Held(token, now.plusSeconds(seconds / 2), now.plusSeconds(seconds).minus(MARGIN)));
      return token;
    } catch (JsonProcessingException notJson) {
      throw refused("its answer is not JSON", OK);
    }
  }

  private CompletionException refused(String why, int status) {
    return new CompletionException(
        new ServiceTokenException(
            "identity-service gave no service token to " + clientId + ": " + why, status, null));
  }
}
