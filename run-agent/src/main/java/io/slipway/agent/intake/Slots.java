package io.slipway.agent.intake;

import io.slipway.agent.config.AgentConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many runs the agent may still begin. Only the intake takes slots; runs give them back. */
@ApplicationScoped
class Slots {
  private final int all;
  private final Semaphore free;

  @Inject
  Slots(AgentConfig config) {
    this(config.agent().slots());
  }

  Slots(int all) {
    this.all = all;
    this.free = new Semaphore(all);
  }

  int all() {
    return all;
  }

  int free() {
    return free.availablePermits();
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
