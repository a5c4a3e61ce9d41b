package io.slipway.simulation;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.RunCompleted;
import io.slipway.simulation.Ledger.Row;
import io.slipway.simulation.World.QueuedRun;
import io.slipway.taskapi.log.text.LogAssembly;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunTransition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One instance of task-api: what clients and agents ask of it. */
final class TaskApi extends Node {
  private static final long BEAT = 1_000;

  private final Producer producer = new Producer(this);
  private final Dispatching dispatching = new Dispatching(this);
  private final EventReading reading = new EventReading(this);
  private LeaderDuties duties = new LeaderDuties(this);

  TaskApi(String name, World world) {
    super(name, world);
  }

  /** What becomes of a claim. */
  enum Answer {
    CLAIMED,
    TAKEN,
    GONE
  }

  /** Answer to one claim: where the attempt's log begins, and what there is to do. */
  record Claim(QueuedRun run, Answer answer, long logOffset, long steps) {}

  /** Answer to a heartbeat for one run. */
  enum Lease {
    HELD,
    CANCEL,
    LOST
  }

  @Override
  void begin() {
    producer.reset();
    duties = new LeaderDuties(this);
    LeaderDuties own = duties;
    every(BEAT, own::lead);
    every(500, own::reap);
    every(300, own::relay);
    every(400, dispatching::dispatch);
  }

  Producer producer() {
    return producer;
  }

  EventReading reading() {
    return reading;
  }

  private Ledger ledger() {
    return world().ledger();
  }

  /** Accepts a run; the same uid is the same request. */
  Optional<Boolean> schedule(Row row) {
    Optional<Boolean> done =
        ledger()
            .in(
                this,
                () -> {
                  ledger().insert(row);
                  return true;
                });
    later(0, dispatching::dispatch);
    return done;
  }

  Optional<Boolean> cancel(UUID uid) {
    return ledger()
        .in(
            this,
            () -> {
              Row row = ledger().row(uid);
              if (row != null) {
                move(row, new RunChange.CancelRequested());
              }
              return true;
            });
  }

  /** Claims runs for an agent. */
  Optional<List<Claim>> claim(RunOwner owner, List<QueuedRun> wanted) {
    return ledger()
        .in(
            this,
            () -> {
              List<Claim> claims = new ArrayList<>();
              wanted.forEach(run -> claims.add(claim(owner, run)));
              return claims;
            });
  }

  private Claim claim(RunOwner owner, QueuedRun wanted) {
    Row row = ledger().row(wanted.run());
    if (row == null) {
      return new Claim(wanted, Answer.GONE, 0, 0);
    }
    if (!move(row, new RunChange.Claim(wanted.attempt(), owner))) {
      boolean taken =
          row.run.state().attempt() == wanted.attempt()
              && !(row.run.state() instanceof RunState.Finished);
      return new Claim(wanted, taken ? Answer.TAKEN : Answer.GONE, 0, 0);
    }
    row.log = new LogAssembly(row.log.length(), Map.of()); // what came after a gap is given up
    return new Claim(wanted, Answer.CLAIMED, row.log.length(), row.steps);
  }

  /** Renews an agent's leases. */
  Optional<List<Lease>> heartbeat(RunOwner owner, List<QueuedRun> held) {
    return ledger().in(this, () -> held.stream().map(run -> renew(owner, run)).toList());
  }

  private Lease renew(RunOwner owner, QueuedRun held) {
    Row row = ledger().row(held.run());
    if (row == null
        || row.run.state().attempt() != held.attempt()
        || !owner.equals(row.run.state().owner())) {
      return Lease.LOST;
    }
    row.run = leased(row.run, leaseEnd());
    return row.run.state().cancelRequested() ? Lease.CANCEL : Lease.HELD;
  }

  private static Run leased(Run run, Instant until) {
    Run.Lease lease = run.lease();
    return new Run(
        run.key(),
        run.origin(),
        run.state(),
        run.times(),
        new Run.Lease(until, lease.history()),
        run.result(),
        run.lastSequence(),
        run.archived());
  }

  /** Moves a run, and says so if no agent will; false if the change does not fit. */
  boolean move(Row row, RunChange change) {
    if (!(world().rules().apply(row.run.state(), change) instanceof RunTransition.Moved moved)) {
      return false;
    }
    switch (moved.to()) {
      case RunState.Finished finished -> end(row, finished);
      case RunState.Queued queued ->
          ledger().update(row, RunProgress.givenUp(row.run, change, queued, ledger().clock()));
      case RunState to -> {
        Run after = RunProgress.moved(row.run, to, ledger().clock());
        boolean claimed = change instanceof RunChange.Claim;
        ledger().update(row, claimed ? leased(after, leaseEnd()) : after);
      }
    }
    return true;
  }

  private Instant leaseEnd() {
    return ledger().clock().plus(RunProgress.LEASE);
  }

  private void end(Row row, RunState.Finished to) {
    long length = row.log.length();
    Instant now = ledger().clock();
    ledger().update(row, RunProgress.finished(row.run, to, null, List.of(), length, now));
    ledger()
        .outbox()
        .add(
            new RunReport(
                new RunCompleted(
                    row.run.ref(), to.outcome(), null, now, length, List.of(), List.of()),
                EventAttributes.sequence(to.attempt(), 999_999)));
  }
}
