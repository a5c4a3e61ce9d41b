package io.slipway.bench.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that do the same thing over and over, each after the one before. */
final class Workers {
  private final int count;
  private double seconds;

  Workers(int count) {
    this.count = count;
  }

  /** One turn of a worker. */
  interface Work {
    void once(int worker) throws Exception;
  }

  /** Repeats for a time; answers how often. */
  long repeat(long nanos, Work work) throws InterruptedException {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + nanos;
    all(worker -> {
      while (System.nanoTime() < end) {
        work.once(worker);
        done.incrementAndGet();
      }
    });
    return done.get();
  }

  /** Has each worker work once, and waits for all; fails with the first failure. */
  void all(Work work) throws InterruptedException {
    long begin = System.nanoTime();
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int worker = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  work.once(worker);
                } catch (Exception failed) {
                  failure.compareAndSet(null, failed);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    seconds = (System.nanoTime() - begin) / 1e9;
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(failed.toString(), failed);
    }
  }

  /** How long it took the last time. */
  double seconds() {
    return seconds;
  }
}
