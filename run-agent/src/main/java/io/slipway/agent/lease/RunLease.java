package io.slipway.agent.lease;

import io.slipway.contract.agent.RunSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An agent's hold on one attempt: its run token, until when it holds, and whether it must end.
 *
 * <p>Several threads meet here. The one that makes the lease executes the run and is interrupted
 * when it must end. The heartbeat renews the lease, changes its token and may end it; the fence,
 * the timer and the agent's shutdown may end it too. Steps read token and ending on threads of
 * their own.
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
    /** Another agent is to do the run: this one stops, or was stopped itself for too long. */
    HANDED_BACK;

    /** Whether the run belongs to another agent now, so that this one reports nothing more. */
    public boolean silent() {
      return this == LOST || this == HANDED_BACK;
    }
  }

  private final RunSpecification spec;
  private volatile Ending ending = Ending.NONE;
  private final String token;
  private final @Nullable String eventKey;
  private volatile long untilNanos;
  private volatile boolean reported;
  private volatile @Nullable Runnable feed;
  private volatile long fedNanos;
  private boolean finished;
  private final Thread worker = Thread.currentThread();

  /**
   * A hold on a run, made by the thread that executes it.
   *
   * @param askedNanos {@link System#nanoTime()} just before the claim was sent
   * @param held how long it holds from then on
   */
  public RunLease(RunSpecification spec, String token, long askedNanos, Duration held) {
    this(spec, token, null, askedNanos, held);
  }

  /** The same, with the key that signs the attempt's events, in base64url. */
  public RunLease(
      RunSpecification spec,
      String token,
      @Nullable String eventKey,
      long askedNanos,
      Duration held) {
    this.spec = spec;
    this.token = token;
    this.eventKey = eventKey;
    this.untilNanos = askedNanos + held.toNanos();
    this.fedNanos = askedNanos;
  }

  public RunSpecification spec() {
    return spec;
  }

  /** The run token, which opens credential-broker and the run's uploaded source; never logged. */
  public String token() {
    return token;
  }

  /**
   * Key of the attempt's events; never logged; null if task-api, of an earlier version, has none.
   */
  public @Nullable String eventKey() {
    return eventKey;
  }

  /** Holds for a time that counts from just before a heartbeat was sent. */
  public void renewed(long askedNanos, Duration held) {
    untilNanos = askedNanos + held.toNanos();
  }

  /** When it ends, in {@link System#nanoTime()}; compare by difference. */
  public long untilNanos() {
    return untilNanos;
  }

  /**
   * Names what keeps the run's containers alive. It is called each second while they may go on, and
   * must return at once.
   */
  public void keepAliveBy(Runnable feed) {
    this.feed = feed;
  }

  /** Keeps the run's containers alive a little longer, if there are any. */
  public void feed() {
    long now = System.nanoTime();
    Runnable known = feed;
    if (known != null) {
      known.run();
    }
    fedNanos = now;
  }

  /**
   * Whether its containers, if it had any, would have ended for not being kept alive: this process
   * was stopped, and another agent may have the run.
   */
  public boolean isUnfed() {
    return System.nanoTime() - fedNanos > Fence.UNFED.toNanos();
  }

  /**
   * Ends the run; the first reason counts. Under one lock with {@link #reported()}: a run whose end
   * is in Kafka can have no other ending, and an interrupt that comes too late must not be sent.
   */
  public synchronized void end(Ending reason) {
    if (ending == Ending.NONE && !reported && !(finished && reason == Ending.HANDED_BACK)) {
      ending = reason;
      worker.interrupt();
    }
  }

  /** Why the run must end; {@code NONE} as long as it may go on. */
  public Ending ending() {
    return ending;
  }

  /**
   * All its steps are over and its end is on its way to Kafka: it can be lost, but not be handed
   * back to be done again.
   */
  public synchronized void finished() {
    finished = true;
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
