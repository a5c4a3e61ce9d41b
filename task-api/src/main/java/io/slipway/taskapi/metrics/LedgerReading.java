package io.slipway.taskapi.metrics;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says of work that waits or goes on.
 *
 * @param queues runs that wait, by pool and registry
 * @param pools agents and runs under way, by pool
 * @param backlogs all else that waits for this service
 */
record LedgerReading(List<Queue> queues, List<Pool> pools, List<Backlog> backlogs) {
  /** Nothing is said. */
  static final LedgerReading NONE = new LedgerReading(List.of(), List.of(), List.of());

  /**
   * Runs that wait in a pool.
   *
   * @param since when the first of them was accepted
   */
  record Queue(String pool, String registry, long waiting, Instant since) {}

  /**
   * A pool that has, or had, agents or runs.
   *
   * @param agents those alive
   * @param busy slots of theirs that execute a run
   * @param idle slots that may take one
   * @param active runs that an agent has
   */
  record Pool(String name, long agents, long busy, long idle, long active) {}

  /**
   * Something that waits for this service.
   *
   * @param since when the oldest of it came; null if there is none
   */
  record Backlog(String what, long waiting, @Nullable Instant since) {}
}
