package io.slipway.taskapi.agent;

import io.slipway.taskapi.run.course.RunProgress;
import java.time.Duration;

/**
 * When the ledger may give the runs of silent agents to others. An agent whose lease is over goes
 * on only while it sees that the ledger is away for all: no beats come although Kafka answers, or
 * task-api itself says so. So the ledger hands nothing on unless its beats have come without a gap
 * for so long that every agent has seen them, and has either renewed its leases or ended its steps.
 * A value: times are arguments, in nanoseconds of one monotonic clock.
 *
 * @param beating whether there was a beat at all
 * @param since when the first beat after the last gap was acknowledged
 * @param last when the last beat was acknowledged
 */
public record HandOver(boolean beating, long since, long last) {
  /** Longer than that without a beat, and agents may take the ledger for away. */
  public static final Duration GAP = Duration.ofSeconds(3);

  /** How long beats must have come: a lease, and the time in which agents notice them. */
  public static final Duration STEADY = RunProgress.LEASE.plus(GAP);

  /** Before the first beat, and whenever this instance does not lead. */
  public static final HandOver NEVER = new HandOver(false, 0, 0);

  /**
   * A beat was acknowledged by Kafka, after the database had confirmed that this instance leads.
   *
   * @param now when its acknowledgement came
   */
  public HandOver beat(long now) {
    return beating && now - last <= GAP.toNanos()
        ? new HandOver(true, since, now)
        : new HandOver(true, now, now);
  }

  /** Whether leases that are over may be ended now. */
  public boolean allows(long now) {
    return beating && now - last <= GAP.toNanos() && now - since >= STEADY.toNanos();
  }
}
