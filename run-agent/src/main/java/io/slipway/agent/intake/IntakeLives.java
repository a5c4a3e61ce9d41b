package io.slipway.agent.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * An intake that stays where it is, although the process goes on, only gets on after a new start.
 * The time counts from when that was seen first: an agent that was stopped as a whole, with its
 * machine perhaps, moves again a moment later.
 */
@Liveness
@ApplicationScoped
class IntakeLives implements HealthCheck {
  static final Duration LIMIT = Duration.ofMinutes(2);

  private final RunQueue queue;
  private final StuckSince stuck = new StuckSince(System::nanoTime);

  IntakeLives(RunQueue queue) {
    this.queue = queue;
  }

  @Override
  public HealthCheckResponse call() {
    boolean lives = !stuck.longerThan(LIMIT, queue.isMoving());
    return HealthCheckResponse.named("intake of runs").status(lives).build();
  }

  /** For how long something was seen not to move. */
  static final class StuckSince {
    private final LongSupplier nanos;
    private boolean seen;
    private long since;

    StuckSince(LongSupplier nanos) {
      this.nanos = nanos;
    }

    /** Whether it has been seen stuck for this time, and never moving meanwhile. */
    synchronized boolean longerThan(Duration limit, boolean moves) {
      long now = nanos.getAsLong();
      if (moves || !seen) {
        since = now;
      }
      seen = !moves;
      return seen && now - since > limit.toNanos();
    }
  }
}
