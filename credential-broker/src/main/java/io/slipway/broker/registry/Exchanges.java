package io.slipway.broker.registry;

import io.slipway.broker.rule.TokenEndpoint;
import io.slipway.identity.client.ReactiveHttp;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What identities got in exchange at registries, for minutes and in memory alone. It saves the way
 * over task-api and identity-service, and nothing else: whether the run may act as the identity is
 * asked before, and what it may do is decided at each token that is got with it. Kept for less than
 * such a token lives, so that nothing lasts longer through it. Safe for many threads.
 */
@ApplicationScoped
class Exchanges {
  private static final Duration KEPT = Duration.ofMinutes(4);
  private static final int MOST = 1_000;

  private final InstantSource clock;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  Exchanges(InstantSource clock) {
    this.clock = clock;
  }

  /** Who is known where; the server in lower case. */
  record Key(UUID principalId, String server) {}

  /** A registry's refresh token, and where it is good. */
  record Exchanged(TokenEndpoint endpoint, String refreshToken) {
    @Override
    public String toString() {
      return "Exchanged[***]";
    }
  }

  private record Entry(CompletableFuture<Exchanged> exchanged, Instant end) {
    boolean isGood() {
      return exchanged.isDone() && !exchanged.isCompletedExceptionally();
    }
  }

  /**
   * What is known, or else what the exchange gives; one for all who ask at a time. Each of them has
   * rights of its own, so one that another one's exchange failed for makes its own.
   *
   * <p>Nobody's exchange ends with its request: an agent that hangs up must not leave the others
   * waiting, nor cancel for them what they share.
   */
  Uni<Exchanged> get(Key key, Supplier<Uni<Exchanged>> exchange) {
    return Uni.createFrom()
        .deferred(() -> {
          Entry mine = new Entry(new CompletableFuture<>(), clock.instant().plus(KEPT));
          Entry known = putIfAbsent(key, mine);
          if (known == mine) {
            Uni.createFrom()
                .deferred(() -> exchange.get())
                .subscribe()
                .with(
                    exchanged -> settle(key, mine, exchanged, null),
                    failure -> settle(key, mine, null, failure));
            return shared(mine);
          }
          return shared(known).onFailure().recoverWithUni(() -> exchange.get());
        });
  }

  /** What is known already; empty if there is nothing, or not yet. */
  Optional<Exchanged> known(Key key) {
    synchronized (entries) {
      Entry known = entries.get(key);
      return known != null && clock.instant().isBefore(known.end()) && known.isGood()
          ? Optional.of(known.exchanged().join())
          : Optional.empty();
    }
  }

  private static Uni<Exchanged> shared(Entry entry) {
    return ReactiveHttp.onOwnContext(() -> entry.exchanged().copy());
  }

  private Entry putIfAbsent(Key key, Entry mine) {
    synchronized (entries) {
      Entry known = entries.get(key);
      if (known != null && clock.instant().isBefore(known.end())) {
        return known;
      }
      entries.put(key, mine);
      if (entries.size() > MOST) {
        entries.remove(entries.keySet().iterator().next());
      }
      return mine;
    }
  }

  private void settle(
      Key key, Entry mine, @Nullable Exchanged exchanged, @Nullable Throwable failure) {
    if (failure == null) {
      mine.exchanged().complete(exchanged);
    } else {
      synchronized (entries) {
        entries.remove(key, mine);
      }
      mine.exchanged().completeExceptionally(failure);
    }
  }

  /** Forgets a token that somebody refused; another one that came meanwhile is kept. */
  void forget(Key key, Exchanged refused) {
    synchronized (entries) {
      Entry known = entries.get(key);
      if (known != null && Objects.equals(known.exchanged().getNow(null), refused)) {
        entries.remove(key);
      }
    }
  }
}
