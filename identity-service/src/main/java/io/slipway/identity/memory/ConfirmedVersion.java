package io.slipway.identity.memory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The version of access as the database said it less than 250 ms ago. It is read when somebody asks
 * and it is older than that, once for all who ask meanwhile. Who asks waits for it: without it
 * nothing that is remembered is used. Safe for many threads.
 */
public final class ConfirmedVersion {
  private static final long FRESH_NANOS = Duration.ofMillis(250).toNanos();

  /** An answer that took longer is too old already. With what follows this is within a second. */
  private static final long CERTAIN_NANOS = Duration.ofMillis(600).toNanos();

  private static final int MOST_READS = 3;

  private final Supplier<CompletionStage<String>> read;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable CompletableFuture<Confirmed>> underway =
      new AtomicReference<>();
  private volatile @Nullable Confirmed confirmed;

  private record Confirmed(String version, long readAt) {}

  /**
   * The version that a read tells.
   *
   * @param read reads it from the database, in bounded time
   */
  public ConfirmedVersion(Supplier<CompletionStage<String>> read, LongSupplier nanoTime) {
    this.read = read;
    this.nanoTime = nanoTime;
  }

  /**
   * The version; complete at once if it is fresh. Fails as the read did, or with {@link
   * TimeoutException} if the database answers too slowly for any answer to be certain.
   */
  public CompletionStage<String> now() {
    return now(MOST_READS);
  }

  private CompletionStage<String> now(int reads) {
    Confirmed known = confirmed;
    if (known != null && age(known) < FRESH_NANOS) {
      return CompletableFuture.completedStage(known.version());
    }
    if (reads == 0) {
      return CompletableFuture.failedStage(
          new TimeoutException("the version of access could not be read in time"));
    }
    // Whoever joins a read that was begun before is told when it was begun, not when it joined.
    return readOnce()
        .thenCompose(heard ->
            age(heard) < CERTAIN_NANOS
                ? CompletableFuture.completedStage(heard.version())
                : now(reads - 1));
  }

  private long age(Confirmed version) {
    return nanoTime.getAsLong() - version.readAt();
  }

  private CompletionStage<Confirmed> readOnce() {
    CompletableFuture<Confirmed> mine = new CompletableFuture<>();
    CompletableFuture<Confirmed> other = underway.compareAndExchange(null, mine);
    if (other != null) {
      return other.minimalCompletionStage();
    }
    long begun = nanoTime.getAsLong();
    Started.of(read)
        .whenComplete((version, failure) -> {
          Confirmed heard = failure == null ? new Confirmed(version, begun) : null;
          if (heard != null) {
            confirmed = heard;
          }
          underway.set(null);
          if (heard != null) {
            mine.complete(heard);
          } else {
            mine.completeExceptionally(failure);
          }
        });
    return mine.minimalCompletionStage();
  }
}
