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

  /** How often a run is given to an agent before it ends in {@code Error}. */
  public static final int MAX_ATTEMPTS = 3;

  private RunStateMachine() {}

  /** What the change does to a run in this state; the same for the same arguments, always. */
  public static RunTransition apply(RunState state, RunChange change) {
    return switch (state) {
      case Finished finished -> new Ignored("the run is " + finished.status());
      case Queued queued -> whileQueued(queued, change);
      case Started started ->
          whileOwned(
              started.attempt(),
              started.agent(),
              started.cancelRequested(),
              change,
              new Moved(new Running(started.attempt(), started.agent(), started.cancelRequested())),
              new Moved(new Started(started.attempt(), started.agent(), true)));
      case Running running ->
          whileOwned(
              running.attempt(),
              running.agent(),
              running.cancelRequested(),
              change,
              new Ignored("the run is Running already"),
              new Moved(new Running(running.attempt(), running.agent(), true)));
    };
  }

  private static RunTransition whileQueued(Queued queued, RunChange change) {
    int attempt = queued.attempt();
    return switch (change) {
      case RunChange.Claim claim ->
          claim.attempt() == attempt
              ? new Moved(new Started(attempt, claim.agent(), false))
              : otherAttempt(claim.attempt(), attempt);
      case RunChange.CancelRequested ignored ->
          new Moved(new Finished(attempt, RunOutcome.CANCELED));
      case RunChange.WaitedTooLong ignored -> new Moved(new Finished(attempt, RunOutcome.ERROR));
      case RunChange.StepBegan step ->
          step.attempt() == attempt ? unowned() : otherAttempt(step.attempt(), attempt);
      case RunChange.Completed completed ->
          completed.attempt() == attempt ? unowned() : otherAttempt(completed.attempt(), attempt);
      case RunChange.LeaseExpired ignored -> unowned();
    };
  }

  private static RunTransition whileOwned(
      int attempt,
      String agent,
      boolean cancelRequested,
      RunChange change,
      RunTransition stepBegan,
      RunTransition cancelMarked) {
    return switch (change) {
      case RunChange.Claim claim ->
          claim.attempt() == attempt
              ? new Ignored("agent " + agent + " owns the run")
              : otherAttempt(claim.attempt(), attempt);
      case RunChange.StepBegan step ->
          step.attempt() == attempt ? stepBegan : otherAttempt(step.attempt(), attempt);
      case RunChange.Completed completed ->
          completed.attempt() == attempt
              ? new Moved(new Finished(attempt, completed.outcome()))
              : otherAttempt(completed.attempt(), attempt);
      case RunChange.CancelRequested ignored ->
          cancelRequested ? new Ignored("cancel was asked for already") : cancelMarked;
      case RunChange.LeaseExpired ignored -> leaseExpired(attempt, cancelRequested);
      case RunChange.WaitedTooLong ignored -> new Ignored("agent " + agent + " owns the run");
    };
  }

  private static RunTransition leaseExpired(int attempt, boolean cancelRequested) {
    if (cancelRequested) {
      return new Moved(new Finished(attempt, RunOutcome.CANCELED));
    }
    return attempt < MAX_ATTEMPTS
        ? new Moved(new Queued(attempt + 1))
        : new Moved(new Finished(attempt, RunOutcome.ERROR));
  }

  private static Ignored unowned() {
    return new Ignored("no agent owns the run");
  }

  private static Ignored otherAttempt(int spoken, int current) {
    return new Ignored("it is about attempt " + spoken + ", the current one is " + current);
  }
}
