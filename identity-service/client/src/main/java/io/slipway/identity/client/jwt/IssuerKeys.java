package io.slipway.identity.client.jwt;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that identity-service publishes. They are read again at their age's end by one call, and
 * nobody waits for it: those at hand are used until they are too old, so that an identity-service
 * that is away for a while stops no caller. Safe for many threads.
 */
public final class IssuerKeys implements KeySource {
  /** A token with an unknown key makes it look, but not more often than this. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);

  private final Supplier<CompletionStage<String>> read;
  private final InstantSource clock;
  private final Times times;
  private final AtomicReference<@Nullable CompletableFuture<Void>> underway =
      new AtomicReference<>();
  private volatile Known known = new Known(Map.of(), Instant.MIN);
  private volatile Instant lastTry = Instant.MIN;
  private volatile @Nullable Throwable lastFailure;

  /**
   * How long keys are good.
   *
   * @param refresh age at which they are read again
   * @param retain age until which they are used while they can't be read
   */
  public record Times(Duration refresh, Duration retain) {}

  private record Known(Map<String, PublicKey> keys, Instant readAt) {}

  /**
   * Keys of one issuer.
   *
   * @param read fetches the JWK set; fails if there is none
   */
  public IssuerKeys(Supplier<CompletionStage<String>> read, Times times, InstantSource clock) {
    this.read = read;
    this.times = times;
    this.clock = clock;
  }

  @Override
  public Optional<PublicKey> key(String keyId) {
    Known now = known;
    Instant time = clock.instant();
    if (now.readAt().equals(Instant.MIN) || time.isAfter(now.readAt().plus(times.retain()))) {
      return Optional.empty();
    }
    if (time.isAfter(now.readAt().plus(times.refresh())) && mayTry(time)) {
      CompletionStage<Void> nobodyWaits = readOnce();
    }
    return Optional.ofNullable(now.keys().get(keyId));
  }

  @Override
  public CompletionStage<Void> lookAgain() {
    Instant time = clock.instant();
    CompletableFuture<Void> running = underway.get();
    if (running != null) {
      return running.exceptionallyCompose(this::unreadable);
    }
    if (mayTry(time)) {
      return readOnce().exceptionallyCompose(this::unreadable);
    }
    Throwable failure = lastFailure;
    return failure == null ? CompletableFuture.completedFuture(null) : unreadable(failure);
  }

  private boolean mayTry(Instant time) {
    return lastTry.equals(Instant.MIN) || !time.isBefore(lastTry.plus(SHORTEST_PAUSE));
  }

  /** A failure to read is no reason to refuse a token: somebody may have made its key meanwhile. */
  private CompletionStage<Void> unreadable(Throwable why) {
    return CompletableFuture.failedFuture(
        new KeysUnavailableException("the keys of identity-service can't be read", why));
  }

  private CompletionStage<Void> readOnce() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = underway.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    lastTry = clock.instant();
    CompletionStage<String> answer;
    try {
      answer = read.get();
    } catch (RuntimeException failed) {
      answer = CompletableFuture.failedFuture(failed);
    }
    answer
        .thenAccept(text -> known = new Known(parsed(text), clock.instant()))
        .whenComplete((done, failure) -> {
          lastFailure = failure;
          underway.set(null);
          if (failure == null) {
            mine.complete(null);
          } else {
            mine.completeExceptionally(failure);
          }
        });
    return mine;
  }

  private static Map<String, PublicKey> parsed(String text) {
    try {
      Map<String, PublicKey> keys = new HashMap<>();
      for (JsonWebKey key : new JsonWebKeySet(text).getJsonWebKeys()) {
        if (key instanceof PublicJsonWebKey open && key.getKeyId() != null) {
          keys.put(key.getKeyId(), open.getPublicKey());
        }
      }
      if (keys.isEmpty()) {
        throw new CompletionException(
            new IllegalStateException("identity-service publishes no key"));
      }
      return Map.copyOf(keys);
    } catch (JoseException malformed) {
      throw new CompletionException(malformed);
    }
  }
}
