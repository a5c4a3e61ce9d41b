package io.slipway.agent.intake;

import io.slipway.agent.config.AgentConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many runs the agent may still begin. Only the intake takes slots; runs give them back. A run
 * may take all that are left, too, to have the agent for itself: then the intake gets none.
 */
@ApplicationScoped
class Slots {
  private final int all;
  private final Semaphore free;

  /** Runs that have the agent for themselves, or wait for that. */
  private final AtomicInteger alone = new AtomicInteger();

  @Inject
  Slots(AgentConfig config) {
    this(config.agent().slots());
  }

  Slots(int all) {
    this.all = all;
    // Fair: the intake waits behind a run that wants all.
    this.free = new Semaphore(all, true);
  }

  int all() {
    return all;
  }

  int free() {
    return alone.get() > 0 ? 0 : free.availablePermits();
  }

  /**
   * Waits until as many as that are free, but no longer than that; takes none.
   *
   * @return how many are free now
   */
  int await(int number, Duration limit) throws InterruptedException {
    if (free.tryAcquire(number, limit.toMillis(), TimeUnit.MILLISECONDS)) {
      free.release(number);
    }
    return free();
  }

  /** Takes as many as that if they are free. */
  boolean take(int number) {
    return free.tryAcquire(number);
  }

  /** What a run has: the one slot that was taken for it. */
  Held held() {
    return new Held();
  }

  /** What a run has of the slots; given back when it is closed. */
  final class Held implements AutoCloseable {
    private int number = 1;
    private boolean isAlone;

    /** Waits until every other run is over, and takes all; nothing begins from now on. */
    void all() throws InterruptedException {
      alone.incrementAndGet();
      isAlone = true;
      // Its own as well: two that want all would wait for each other.
      free.release(number);
      number = 0;
      free.acquire(all);
      number = all;
    }

    @Override
    public void close() {
      if (isAlone) {
        alone.decrementAndGet();
      }
      free.release(number);
    }
  }

  void giveBack(int number) {
    free.release(number);
  }

  /**
   * Waits until every run is over and takes all slots for good, so that none begins any more.
   *
   * @return false if runs were still at work when the time was up
   */
  boolean takeAll(Duration limit) throws InterruptedException {
    return free.tryAcquire(all, limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
