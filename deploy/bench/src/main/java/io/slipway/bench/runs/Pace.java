package io.slipway.bench.runs;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** How fast runs are asked for. */
final class Pace {
  private Pace() {}

  /** As fast as they are accepted, until there are so many or the time is over. */
  static SentRuns flatOut(Load load, int count, long mostMillis) throws InterruptedException {
    Map<String, Instant> due = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    Instant begin = Instant.now();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    new Workers(load.workers())
        .all(worker -> {
          while (next.getAndIncrement() < count && System.nanoTime() < end) {
            Instant now = Instant.now();
            due.put(load.send(worker), now);
          }
        });
    return new SentRuns(begin, due);
  }

  /** At an even rate, whatever becomes of the runs. */
  static SentRuns even(Load load, double perSecond, long millis) throws InterruptedException {
    Map<String, Instant> due = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    Instant begin = Instant.now();
    long start = System.nanoTime();
    int count = (int) Math.max(1, perSecond * millis / 1000);
    new Workers(load.workers())
        .all(worker -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            long offset = (long) (i / perSecond * 1e9);
            sleepUntil(start + offset);
            due.put(load.send(worker), begin.plusNanos(offset));
          }
        });
    return new SentRuns(begin, due);
  }

  private static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
