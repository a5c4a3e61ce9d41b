package io.slipway.agent.step;

import io.slipway.agent.lease.RunFailedException;
import io.slipway.builder.EngineException;
import io.slipway.contract.StepOutcome;
import io.slipway.taskfile.plan.StepErrors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step did not succeed; the message is for its user, without secrets. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final StepOutcome outcome;
  private final @Nullable Integer exitCode;

  private StepFailure(
      StepOutcome outcome, @Nullable Integer exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
    this.exitCode = exitCode;
  }

  /** Its program ended with a code that is not 0. */
  static StepFailure exit(int code) {
    return new StepFailure(StepOutcome.FAILED, code, "exit status " + code, null);
  }

  /** Its time was over. */
  static StepFailure late(long seconds) {
    return new StepFailure(StepOutcome.TIMED_OUT, null, "timed out after " + seconds + "s", null);
  }

  /** The run ended while it was at work. */
  static StepFailure ended() {
    return new StepFailure(StepOutcome.CANCELED, null, "ended with the run", null);
  }

  /** What the task asks for cannot be done. */
  static StepFailure refused(String message) {
    return new StepFailure(StepOutcome.FAILED, null, message, null);
  }

  /** The engine could not do it. */
  static StepFailure of(EngineException failed) {
    return new StepFailure(
        failed.kind() == EngineException.Cause.PLATFORM ? StepOutcome.ERRORED : StepOutcome.FAILED,
        null,
        StepErrors.shown(String.valueOf(failed.getMessage())),
        failed);
  }

  /** A part of the step could not be done. */
  static StepFailure of(RunFailedException failed) {
    return new StepFailure(StepOutcome.FAILED, null, String.valueOf(failed.getMessage()), failed);
  }

  /** Several tries did not succeed; outcome and exit code are those of the last. */
  static StepFailure joined(List<StepFailure> failures) {
    StepFailure last = failures.get(failures.size() - 1);
    if (failures.size() == 1) {
      return last;
    }
    return new StepFailure(
        last.outcome,
        last.exitCode,
        StepErrors.joined(failures.stream().map(StepFailure::message).toList()),
        last);
  }

  /** The same, with what could not be done because of it. */
  StepFailure because(String what) {
    return new StepFailure(outcome, exitCode, what + ": " + message(), this);
  }

  StepOutcome outcome() {
    return outcome;
  }

  @Nullable Integer exitCode() {
    return exitCode;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
