package io.slipway.agent.lease;

import io.slipway.contract.agent.RunSpecification;
import java.time.Duration;

/**
 * An agent's hold on one attempt: its run token, until when it holds, and whether it must end. The
 * thread that executes the run is interrupted when the hold is lost or the run is canceled.
 *
 * <p>Time is {@link System#nanoTime()}: it goes on while the process is stopped, and a clock that
 * is set back does not make a lease longer.
 */
public final class RunLease {
  /** Why the run must end. */
  public enum Ending {
    NONE,
    CANCELED,
    LOST,
    TIMED_OUT,
    /** The agent stops; another one shall do the run. */
    HANDED_BACK;

    /** Whether the attempt is another agent's affair, so that this one says nothing more of it. */
    public boolean silent() {
      return this == LOST || this == HANDED_BACK;
    }
  }

  private final RunSpecification spec;
  private volatile Ending ending = Ending.NONE;
  private volatile String token;
  private volatile long untilNanos;
  private volatile boolean reported;
  private final Thread worker = Thread.currentThread();

  /**
   * Holds a run.
   *
   * @param askedNanos {@link System#nanoTime()} before the question that was answered with it
   * @param held how long it holds from then on
   */
  public RunLease(RunSpecification spec, String token, long askedNanos, Duration held) {
    this.spec = spec;
    this.token = token;
    this.untilNanos = askedNanos + held.toNanos();
  }

  /** The run. */
  public RunSpecification spec() {
    return spec;
  }

  /** What the broker wants to see. */
  public String token() {
    return token;
  }

  /** A fresher token. */
  public void token(String fresh) {
    token = fresh;
  }

  /** Holds for a time from the question on. */
  public void renewed(long askedNanos, Duration held) {
    untilNanos = askedNanos + held.toNanos();
  }

  /** Whether less than a margin is left of it. */
  public boolean endsWithin(Duration margin) {
    return untilNanos - System.nanoTime() < margin.toNanos();
  }

  /** Ends the run; the first reason counts. */
  public synchronized void end(Ending reason) {
    if (ending == Ending.NONE && !reported) {
      ending = reason;
      worker.interrupt();
    }
  }

  /** Why it must end. */
  public Ending ending() {
    return ending;
  }

  /** Its end is in Kafka; from now on nothing interrupts it. */
  public synchronized void reported() {
    reported = true;
  }

  /** Whether its end is in Kafka. */
  public boolean isReported() {
    return reported;
  }
}
