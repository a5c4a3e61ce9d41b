package io.slipway.simulation;

import io.slipway.agent.lease.Fence;
import io.slipway.agent.lease.LedgerSight;
import io.slipway.taskapi.agent.HandOver;
import io.slipway.taskapi.dispatch.Turns;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import java.util.List;

/**
 * The decisions of the protocol, as the services make them. A {@link PlantedFault} makes one of
 * them as it was made before.
 */
class Rules {
  /** What the ledger does with a run. */
  RunTransition apply(RunState state, RunChange change) {
    return RunStateMachine.apply(state, change);
  }

  /** Whose runs come into the queue next. */
  Turns.Plan turns(Turns.State state, List<Turns.Waiting> waiting, int room) {
    return Turns.next(state, waiting, room);
  }

  /** What an agent makes of what it saw. */
  LedgerSight look(LedgerSight sight, long now) {
    return Fence.look(sight, now);
  }

  /** Whether an agent goes on with a run. */
  boolean goesOn(LedgerSight sight, long leaseEnd, long now) {
    return Fence.goesOn(sight, leaseEnd, now);
  }

  /** Whether an agent feeds the watchdog of a run. */
  boolean feeds(LedgerSight sight, long leaseEnd, long now) {
    return Fence.feeds(sight, leaseEnd, now);
  }

  /** Whether the ledger may take runs from agents. */
  boolean allows(HandOver beats, long now) {
    return beats.allows(now);
  }

  /** Whether the reaper waits until the ends that stand in Kafka are read. */
  boolean reaperReadsEndsFirst() {
    return true;
  }

  /** Whether a record that cannot be read is set aside. */
  boolean setsBadRecordsAside() {
    return true;
  }

  /** Milliseconds after which a sandbox that nobody feeds ends its steps. */
  long watchdogMillis() {
    return Fence.UNFED.toMillis();
  }
}
