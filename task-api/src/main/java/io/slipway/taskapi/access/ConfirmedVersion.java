package io.slipway.taskapi.access;

import io.slipway.taskapi.neighbour.IdentityClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The version of access decisions, as long as it is certain enough: identity-service said it less
 * than 700 ms ago. It is asked again while requests come, one call at a time and every 300 ms at
 * most. Nobody waits for that while the version is certain; when it is not, all who ask wait for
 * the one call. Safe for many threads.
 */
final class ConfirmedVersion {
  /** With a request's own time this leaves a removed right within a second. */
  private static final long CERTAIN_NANOS = Duration.ofMillis(700).toNanos();

  private static final long ASK_AGAIN_NANOS = Duration.ofMillis(300).toNanos();

  private final Supplier<CompletionStage<String>> ask;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Confirmed> confirmed = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<Void>> asking = new AtomicReference<>();

  private record Confirmed(String version, long askedAt) {}

  /**
   * The version that a question tells.
   *
   * @param ask {@link IdentityClient#accessVersion}
   */
  ConfirmedVersion(Supplier<CompletionStage<String>> ask, LongSupplier nanoTime) {
    this.ask = ask;
    this.nanoTime = nanoTime;
  }

  /** The version, if it held less than 700 ms ago. */
  Optional<String> now() {
    Confirmed known = confirmed.get();
    if (known == null) {
      return Optional.empty();
    }
    long age = nanoTime.getAsLong() - known.askedAt();
    if (age >= ASK_AGAIN_NANOS) {
      CompletionStage<Void> nobodyWaits = askOnce();
    }
    return age < CERTAIN_NANOS ? Optional.of(known.version()) : Optional.empty();
  }

  /**
   * The version after asking, or after the answer that is under way; empty if that does not come,
   * or too late. Never fails.
   */
  CompletionStage<Optional<String>> asked() {
    return askOnce()
        .thenApply(answered -> {
          Confirmed known = confirmed.get();
          return known != null && nanoTime.getAsLong() - known.askedAt() < CERTAIN_NANOS
              ? Optional.of(known.version())
              : Optional.empty();
        });
  }

  /**
   * Takes in what an answer said.
   *
   * @param askedAt when the question was sent: the version held then, or came later
   */
  void heard(String version, long askedAt) {
    confirmed.accumulateAndGet(
        new Confirmed(version, askedAt),
        (known, heard) -> known == null || heard.askedAt() - known.askedAt() > 0 ? heard : known);
  }

  private CompletionStage<Void> askOnce() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = asking.compareAndExchange(null, mine);
    if (other != null) {
      return other.minimalCompletionStage();
    }
    long askedAt = nanoTime.getAsLong();
    CompletionStage<String> answer;
    try {
      answer = ask.get();
    } catch (RuntimeException notAsked) {
      answer = CompletableFuture.failedStage(notAsked);
    }
    answer.whenComplete((version, failure) -> {
      // After a failure nothing is confirmed, and decisions are asked for one by one.
      if (failure == null) {
        heard(version, askedAt);
      }
      asking.set(null);
      mine.complete(null);
    });
    return mine.minimalCompletionStage();
  }
}
