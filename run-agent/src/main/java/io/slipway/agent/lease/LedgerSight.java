package io.slipway.agent.lease;

/**
 * What an agent has seen of the ledger, at times of its own monotonic clock in nanoseconds. A
 * value; each sighting makes a new one.
 *
 * @param refused when the last call was sent that task-api answered with {@code LedgerAway}
 * @param kafka when the last question about beats was sent that Kafka answered
 * @param beat when the ledger's last beat was seen
 * @param away when {@link Fence} last found the ledger to be away
 */
public record LedgerSight(long refused, long kafka, long beat, long away) {
  /** Longer ago than anything counts. */
  private static final long LONG_AGO = 3_600_000_000_000L;

  /**
   * An agent that has seen nothing yet. It counts as having just seen a beat: it must watch for a
   * while before it may say that none comes.
   */
  public static LedgerSight from(long now) {
    return new LedgerSight(now - LONG_AGO, now - LONG_AGO, now, now - LONG_AGO);
  }

  /** task-api answered a call that was sent at that time, and said that its database is away. */
  public LedgerSight withRefusal(long asked) {
    return new LedgerSight(later(refused, asked), kafka, beat, away);
  }

  /** Kafka answered a question that was sent at that time, and had its last beat at that other. */
  public LedgerSight withKafka(long asked, long lastBeat) {
    return new LedgerSight(refused, later(kafka, asked), later(beat, lastBeat), away);
  }

  /** The ledger was found to be away at that time. */
  public LedgerSight withAway(long now) {
    return new LedgerSight(refused, kafka, beat, later(away, now));
  }

  /** By difference: the clock's zero is anywhere, and its numbers may overflow. */
  private static long later(long one, long other) {
    return one - other >= 0 ? one : other;
  }
}
