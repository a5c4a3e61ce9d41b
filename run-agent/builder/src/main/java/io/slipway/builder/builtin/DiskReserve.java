package io.slipway.builder.builtin;

import io.slipway.builder.store.FreeSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the last bytes of the agent's file system free, which the platform's own parts need: when
 * they are touched, unused images and caches go first, then the run that has written most.
 */
final class DiskReserve {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** What a run leaves is deleted when it has ended, which takes a moment. */
  private static final Duration AFTER_AN_END = Duration.ofSeconds(10);

  private final FreeSpace free;
  private final long bytes;
  private final Tidy tidy;
  private final Set<RunDisk> runs = ConcurrentHashMap.newKeySet();
  private final ReentrantLock looking = new ReentrantLock();
  private volatile long next = System.nanoTime();

  /** Deletes what no run uses. */
  interface Tidy {
    void free(long bytes) throws IOException, InterruptedException;
  }

  /**
   * That of an engine.
   *
   * @param bytes how many stay free, 0 for none
   */
  DiskReserve(FreeSpace free, long bytes, Tidy tidy) {
    this.free = free;
    this.bytes = bytes;
    this.tidy = tidy;
  }

  void add(RunDisk run) {
    runs.add(run);
  }

  void remove(RunDisk run) {
    runs.remove(run);
  }

  /** Looks, unless that was done a moment ago or is being done. */
  void check() throws IOException, InterruptedException {
    if (bytes == 0 || System.nanoTime() - next < 0 || !looking.tryLock()) {
      return;
    }
    try {
      next = System.nanoTime() + BETWEEN.toNanos();
      if (free.left() >= 0) {
        return;
      }
      try {
        tidy.free(bytes);
      } finally {
        // Also where nothing can be deleted, because even that needs some room.
        if (free.left() < 0) {
          endOne();
        }
      }
    } finally {
      looking.unlock();
    }
  }

  private void endOne() throws InterruptedException {
    RunDisk greediest = null;
    long most = -1;
    for (RunDisk run : runs) {
      long taken = run.bytes();
      if (taken > most) {
        greediest = run;
        most = taken;
      }
    }
    if (greediest != null) {
      runs.remove(greediest);
      greediest.end(
          ("NoSpace: the run was ended: less than %d MiB of the agent's disk are free"
                  + " (slipway.agent.disk-reserve), and of all its runs this one has written most,"
                  + " %d MiB")
              .formatted(bytes >> 20, most >> 20));
      next = System.nanoTime() + AFTER_AN_END.toNanos();
    }
  }
}
