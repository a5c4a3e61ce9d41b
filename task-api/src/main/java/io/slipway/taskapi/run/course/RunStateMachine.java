package io.slipway.taskapi.run.course;

import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.RunState.Finished;
import io.slipway.taskapi.run.course.RunState.Queued;
import io.slipway.taskapi.run.course.RunState.Running;
import io.slipway.taskapi.run.course.RunState.Started;
import io.slipway.taskapi.run.course.RunTransition.Ignored;
import io.slipway.taskapi.run.course.RunTransition.Moved;

/**
 * The rules of a run's course, as one pure function. A final state absorbs everything; reports of
 * another attempt than the current one are ignored; what does not fit is ignored with a reason,
 * never thrown.
 */
public final class RunStateMachine {
  private RunStateMachine() {}

  /** What the change does to a run in this state; the same for the same arguments, always. */
  public static RunTransition apply(RunState state, RunChange change) {
    return switch (state) {
      case Finished finished -> new Ignored("the run is " + finished.status());
      case Queued queued -> whileQueued(queued, change);
      case Started started -> whileStarted(started, change);
      case Running running -> whileRunning(running, change);
    };
  }

  /** The history of a run whose lease is over or was given back. */
  public static RunHistory after(RunState state, RunChange change, RunHistory history) {
    RunOwner owner = state.owner();
    if (owner == null) {
      return history;
    }
    // Only what may have left half a step behind counts against the run.
    return state instanceof Running && change instanceof RunChange.LeaseExpired
        ? history.withLost(state.attempt(), owner.agent())
        : history.withHandedBack();
  }

  private static RunTransition whileQueued(Queued queued, RunChange change) {
    int attempt = queued.attempt();
    return switch (change) {
      case RunChange.Claim claim ->
          claim.attempt() == attempt
              ? new Moved(new Started(attempt, claim.owner(), false))
              : otherAttempt(claim.attempt(), attempt);
      case RunChange.CancelRequested ignored ->
          new Moved(new Finished(attempt, RunOutcome.CANCELED));
      case RunChange.WaitedTooLong ignored -> new Moved(new Finished(attempt, RunOutcome.ERROR));
      case RunChange.Unexecutable ignored -> new Moved(new Finished(attempt, RunOutcome.ERROR));
      case RunChange.StepBegan step ->
          step.attempt() == attempt ? unowned() : otherAttempt(step.attempt(), attempt);
      case RunChange.Completed completed ->
          completed.attempt() == attempt ? unowned() : otherAttempt(completed.attempt(), attempt);
      case RunChange.Released released ->
          released.attempt() == attempt ? unowned() : otherAttempt(released.attempt(), attempt);
      case RunChange.LeaseExpired ignored -> unowned();
    };
  }

  private static RunTransition whileStarted(Started started, RunChange change) {
    int attempt = started.attempt();
    RunOwner owner = started.owner();
    return switch (change) {
      // The answer to its first claim was lost. It changes nothing, but it renews the lease.
      case RunChange.Claim claim ->
          claim.attempt() == attempt && isSame(claim.owner(), owner)
              ? new Moved(started)
              : whileOwned(started, owner, change);
      case RunChange.StepBegan step ->
          step.attempt() == attempt
              ? new Moved(new Running(attempt, owner, started.cancelRequested()))
              : otherAttempt(step.attempt(), attempt);
      case RunChange.CancelRequested ignored ->
          started.cancelRequested()
              ? canceledAlready()
              : new Moved(new Started(attempt, owner, true));
      case RunChange.Unexecutable ignored -> new Moved(new Finished(attempt, RunOutcome.ERROR));
      default -> whileOwned(started, owner, change);
    };
  }

  private static RunTransition whileRunning(Running running, RunChange change) {
    int attempt = running.attempt();
    RunOwner owner = running.owner();
    return switch (change) {
      case RunChange.StepBegan step ->
          step.attempt() == attempt
              ? new Ignored("the run is Running already")
              : otherAttempt(step.attempt(), attempt);
      case RunChange.CancelRequested ignored ->
          running.cancelRequested()
              ? canceledAlready()
              : new Moved(new Running(attempt, owner, true));
      default -> whileOwned(running, owner, change);
    };
  }

  private static RunTransition whileOwned(RunState state, RunOwner owner, RunChange change) {
    int attempt = state.attempt();
    return switch (change) {
      case RunChange.Claim claim ->
          claim.attempt() == attempt ? owned(owner) : otherAttempt(claim.attempt(), attempt);
      case RunChange.Completed completed ->
          completed.attempt() == attempt
              ? new Moved(new Finished(attempt, completed.outcome()))
              : otherAttempt(completed.attempt(), attempt);
      case RunChange.Released released -> {
        if (released.attempt() != attempt) {
          yield otherAttempt(released.attempt(), attempt);
        }
        yield isSame(released.owner(), owner)
            ? next(state, after(state, released, released.history()))
            : owned(owner);
      }
      case RunChange.LeaseExpired expired -> next(state, after(state, expired, expired.history()));
      case RunChange.WaitedTooLong ignored -> owned(owner);
      case RunChange.Unexecutable ignored -> owned(owner);
      case RunChange.StepBegan ignored -> owned(owner);
      case RunChange.CancelRequested ignored -> owned(owner);
    };
  }

  private static RunTransition next(RunState state, RunHistory history) {
    int attempt = state.attempt();
    if (state.cancelRequested()) {
      return new Moved(new Finished(attempt, RunOutcome.CANCELED));
    }
    return history.mayGoOn()
        ? new Moved(new Queued(attempt + 1))
        : new Moved(new Finished(attempt, RunOutcome.ERROR));
  }

  /** A process that does not say which one it is may be another one of the same agent. */
  private static boolean isSame(RunOwner one, RunOwner owner) {
    return one.incarnation() != null && one.equals(owner);
  }

  private static Ignored owned(RunOwner owner) {
    return new Ignored("agent " + owner.agent() + " owns the run");
  }

  private static Ignored unowned() {
    return new Ignored("no agent owns the run");
  }

  private static Ignored canceledAlready() {
    return new Ignored("cancel was asked for already");
  }

  private static Ignored otherAttempt(int spoken, int current) {
    return new Ignored("it is about attempt " + spoken + ", the current one is " + current);
  }
}
