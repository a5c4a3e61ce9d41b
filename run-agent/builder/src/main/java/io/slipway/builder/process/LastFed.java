package io.slipway.builder.process;

import java.util.concurrent.TimeUnit;

/**
 * When a run was last fed, for the time before it has a {@link Watchdog}: what begins for the first
 * time after this whole process was stopped must not begin, since another agent may have the run.
 * Times are {@link System#nanoTime()}. Safe for many threads.
 */
public final class LastFed {
  private long at;
  private boolean fed;
  private boolean starved;

  /** It is fed at that time. */
  public synchronized void feed(long now) {
    at = now;
    fed = true;
  }

  /** Whether it was ever fed; if not, it is left alone. */
  public synchronized boolean isFed() {
    return fed;
  }

  /** Whether something may begin. If not, it never may again: the run counts as starved. */
  public synchronized boolean mayBegin(long now) {
    starved |= fed && now - at > TimeUnit.SECONDS.toNanos(Watchdog.SECONDS);
    return !starved;
  }

  /** Whether something was to begin too late. */
  public synchronized boolean isStarved() {
    return starved;
  }
}
