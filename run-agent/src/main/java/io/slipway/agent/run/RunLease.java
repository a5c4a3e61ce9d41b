package io.slipway.agent.run;

import java.time.Instant;

/**
 * An agent's hold on one attempt: its run token, until when it holds, and whether it must end. The
 * thread that executes the run is interrupted when the hold is lost or the run is canceled.
 */
public final class RunLease {
  /** Why the run must end. */
  public enum Ending {
    NONE,
    CANCELED,
    LOST,
    TIMED_OUT
  }

  private final RunSpec spec;
  private volatile Ending ending = Ending.NONE;
  private volatile String token;
  private volatile Instant until;
  private volatile Thread worker = Thread.currentThread();

  /** Holds a run with a token until a time. */
  public RunLease(RunSpec spec, String token, Instant until) {
    this.spec = spec;
    this.token = token;
    this.until = until;
  }

  /** The run. */
  public RunSpec spec() {
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

  /** Until when it holds without a heartbeat. */
  public Instant until() {
    return until;
  }

  /** Holds longer. */
  public void until(Instant later) {
    until = later;
  }

  /** Says which thread executes the run. */
  public void workedBy(Thread thread) {
    worker = thread;
  }

  /** Ends the run; the first reason counts. */
  public synchronized void end(Ending reason) {
    if (ending == Ending.NONE) {
      ending = reason;
      worker.interrupt();
    }
  }

  /** Why it must end. */
  public Ending ending() {
    return ending;
  }
}
