package io.slipway.builder.builtin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets only so many containers start at the same time, first come, first served. The kernel makes
 * namespaces and mounts one after another, so a hundred at once take no less time than a few, but
 * twice the processor time.
 */
final class StartTurns {
  static final int EACH_PROCESSOR = 4;

  /** A container that goes on for longer has begun, and what it does is its own matter. */
  private static final long LONGEST_MILLIS = 250;

  private final Semaphore free;

  StartTurns() {
    free = new Semaphore(EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(), true);
  }

  /** Waits for a turn. */
  Turn take() throws InterruptedException {
    free.acquire();
    return new Turn();
  }

  /** Right to start a container; closing it twice does nothing more. */
  final class Turn implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();

    /** The container's program was started; the turn ends with it, or a little later. */
    void started() {
      CompletableFuture.delayedExecutor(LONGEST_MILLIS, TimeUnit.MILLISECONDS).execute(this::close);
    }

    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        free.release();
      }
    }
  }
}
