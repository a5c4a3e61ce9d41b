package io.slipway.agent.lease;

import java.time.Duration;

/**
 * Whether an agent may go on with the steps of a run whose lease it could not renew. Pure: times
 * are arguments, in nanoseconds of one monotonic clock.
 *
 * <p>A lease protects against a second agent that begins while the first is still at work. Only the
 * ledger lets a second one begin, so while it is away for everybody the first may go on. An agent
 * knows that it is away, and that it is not the agent itself that is cut off, in two ways: task-api
 * answers and says that its database is away; or Kafka answers and the ledger's beat on it has
 * stopped.
 *
 * <p>The ledger hands nothing on before it has been back for its lease time and {@value
 * #LEDGER_EXTRA_SECONDS} s more, which is longer than all that an agent goes on with after its last
 * good sight: the age of the sight, the time to renew, and the time to stop.
 */
public final class Fence {
  /** What the ledger waits beyond a lease after an absence of its own. */
  static final int LEDGER_EXTRA_SECONDS = 3;

  /** What a lease must have left for stopping a step's processes. */
  public static final Duration STOPPING = Duration.ofSeconds(3);

  /** How long the containers of a run live when nobody feeds them. */
  public static final Duration UNFED = Duration.ofSeconds(7);

  /**
   * A beat comes each second; after this time without one the ledger is away. More than the 3 s
   * after which the ledger itself begins to wait, because a beat may be seen before the ledger
   * knows that Kafka has it.
   */
  public static final Duration SILENCE = Duration.ofMillis(3_500);

  /** How long it counts that Kafka answered. */
  public static final Duration KAFKA_COUNTS = Duration.ofSeconds(2);

  /** How long ago task-api may have looked for beats itself when it says the ledger is away. */
  static final Duration REFUSAL_AGE = Duration.ofSeconds(4);

  /**
   * How long it counts that task-api said its database is away, from when it was asked: until the
   * answer to the next heartbeat, two seconds later.
   */
  public static final Duration REFUSAL_COUNTS = Duration.ofMillis(2_500);

  /** Time to renew leases that are over once the ledger is back. */
  public static final Duration RENEWING = Duration.ofSeconds(5);

  private Fence() {}

  /**
   * Whether the ledger is away for everybody. Beats that come show that one of its instances is
   * awake, whatever another says of its database.
   */
  public static boolean ledgerAway(LedgerSight sight, long now) {
    if (within(now, sight.kafka(), KAFKA_COUNTS)) {
      // Silent until Kafka was asked: nothing is known of the time after that.
      return !within(sight.kafka(), sight.beat(), SILENCE);
    }
    return within(now, sight.refused(), REFUSAL_COUNTS) && !within(now, sight.beat(), SILENCE);
  }

  /**
   * What was seen so far, with what it means at this moment. To be asked often, four times a second
   * or so: that the ledger was away counts for a while after.
   */
  public static LedgerSight look(LedgerSight sight, long now) {
    return ledgerAway(sight, now) ? sight.withAway(now) : sight;
  }

  /**
   * Whether steps may go on.
   *
   * @param leaseEnd when the lease ends, as the agent counts it
   */
  public static boolean goesOn(LedgerSight sight, long leaseEnd, long now) {
    return leaseEnd - now > STOPPING.toNanos()
        || ledgerAway(sight, now)
        || within(now, sight.away(), RENEWING);
  }

  /**
   * Whether the kernel may be told to let a run's containers live for another {@link #UNFED}: never
   * beyond the lease's end, so that they are gone by then even if this process is stopped.
   *
   * @param leaseEnd when the lease ends, as the agent counts it
   */
  public static boolean feeds(LedgerSight sight, long leaseEnd, long now) {
    return leaseEnd - now >= UNFED.toNanos() || ledgerAway(sight, now);
  }

  private static boolean within(long now, long then, Duration time) {
    return now - then < time.toNanos();
  }
}
