package io.slipway.identity.memory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What principals may do, as of a version of all that this is decided by. The database is read once
 * for all who ask meanwhile. A failure is not remembered. Safe for many threads.
 */
public final class RememberedAccess<K, V> {
  /** About 500 bytes each. */
  private static final int MOST = 10_000;

  /**
   * Whatever holds a version is read again after this time: a database that was set back by hand
   * may say an old version again.
   */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final Remembered<K, CompletableFuture<V>> entries;

  public RememberedAccess(LongSupplier nanoTime) {
    this(MOST, nanoTime);
  }

  RememberedAccess(int most, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.entries = new Remembered<>(most, LONGEST);
  }

  /**
   * What is known as of a version.
   *
   * @param version a version that still held a moment ago
   * @param read reads it if it is not known; what it gives is as of that version or newer
   */
  public CompletionStage<V> find(K key, String version, Supplier<CompletionStage<V>> read) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> found = entries.findOrKeep(key, version, nanoTime.getAsLong(), () -> mine);
    if (found == mine) {
      Started.of(read)
          .whenComplete((value, failure) -> {
            if (failure == null) {
              mine.complete(value);
            } else {
              entries.forget(key, mine);
              mine.completeExceptionally(failure);
            }
          });
    }
    // Whoever no longer waits must not cancel what others wait for.
    return found.minimalCompletionStage();
  }

  int size() {
    return entries.size();
  }
}
