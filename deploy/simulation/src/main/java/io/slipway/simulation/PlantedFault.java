package io.slipway.simulation;

import io.slipway.agent.lease.Fence;
import io.slipway.agent.lease.LedgerSight;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.dispatch.Turns;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunTransition;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Faults that Slipway once had, to see that the simulation finds them. */
enum PlantedFault {
  /** A pause of the ledger of more than a few seconds ended every running build. */
  PAUSE_ENDS_BUILDS(
      new Rules() {
        @Override
        boolean goesOn(LedgerSight sight, long leaseEnd, long now) {
          return leaseEnd - now > Fence.STOPPING.toNanos();
        }
      }),
  /** A claim that was answered too late was granted to nobody and cost an attempt. */
  LATE_CLAIM_COSTS_AN_ATTEMPT(
      new Rules() {
        @Override
        RunTransition apply(RunState state, RunChange change) {
          if (change instanceof RunChange.Claim && state.agent() != null) {
            return new RunTransition.Ignored("it is taken");
          }
          if (change instanceof RunChange.LeaseExpired && state.agent() != null) {
            return new RunTransition.Moved(
                state.attempt() < 3
                    ? new RunState.Queued(state.attempt() + 1)
                    : new RunState.Finished(state.attempt(), RunOutcome.ERROR));
          }
          return super.apply(state, change);
        }
      }),
  /** After a restart the reaper came before the ends that waited in Kafka. */
  FINISHED_RUNS_RUN_AGAIN(
      new Rules() {
        @Override
        boolean reaperReadsEndsFirst() {
          return false;
        }
      }),
  /** A record that could not be put aside stopped its consumer for ever. */
  BAD_RECORD_STOPS_THE_REST(
      new Rules() {
        @Override
        boolean setsBadRecordsAside() {
          return false;
        }
      }),
  /** One queue for all: the flood of one registry delayed every other. */
  FLOOD_DELAYS_OTHERS(
      new Rules() {
        @Override
        Turns.Plan turns(Turns.State state, List<Turns.Waiting> waiting, int room) {
          // The registry that has the most to do is served first, as in one queue for all.
          Turns.Waiting first = Collections.max(waiting, Comparator.comparing(Turns.Waiting::most));
          return Turns.next(state, List.of(first), room);
        }
      }),
  /** The steps of an agent that was stopped went on while another began. */
  STOPPED_AGENT_GOES_ON(
      new Rules() {
        @Override
        long watchdogMillis() {
          return Long.MAX_VALUE / 4;
        }
      });

  private final Rules rules;

  PlantedFault(Rules rules) {
    this.rules = rules;
  }

  Rules rules() {
    return rules;
  }
}
