package io.slipway.agent.step;

import io.slipway.contract.StepOutcome;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.StepErrors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A refusal that also says how its step ended: with an exit code, or because of a time limit. */
final class StepFailure extends Refusal {
  private static final long serialVersionUID = 1L;

  private final StepOutcome outcome;
  private final @Nullable Integer exitCode;

  private StepFailure(
      StepOutcome outcome,
      @Nullable Integer exitCode,
      Blame blame,
      String text,
      @Nullable Throwable cause) {
    super(blame, text, cause);
    this.outcome = outcome;
    this.exitCode = exitCode;
  }

  /** Its program ended with a code that is not 0. */
  static StepFailure exit(int code) {
    return new StepFailure(StepOutcome.FAILED, code, Blame.USER, "exit status " + code, null);
  }

  /** It took longer than it may. */
  static StepFailure late(long seconds) {
    return new StepFailure(
        StepOutcome.TIMED_OUT, null, Blame.USER, "timed out after " + seconds + "s", null);
  }

  /** The run ended while it was at work. */
  static StepFailure ended() {
    return new StepFailure(StepOutcome.CANCELED, null, Blame.USER, "ended with the run", null);
  }

  /** How a step ends because of a refusal: an error of the platform, or a failure. */
  static StepFailure of(Refusal refusal) {
    if (refusal instanceof StepFailure failure) {
      return failure;
    }
    StepOutcome outcome =
        refusal.blame() == Blame.PLATFORM ? StepOutcome.ERRORED : StepOutcome.FAILED;
    return new StepFailure(outcome, null, refusal.blame(), refusal.text(), refusal);
  }

  /** Several rounds did not succeed; outcome and exit code are those of the last. */
  static Refusal joined(List<Refusal> failures) {
    StepFailure last = of(failures.getLast());
    if (failures.size() == 1) {
      return last;
    }
    return new StepFailure(
        last.outcome,
        last.exitCode,
        last.blame(),
        StepErrors.joined(failures.stream().map(Refusal::text).toList()),
        last);
  }

  @Override
  public StepFailure because(String what) {
    return new StepFailure(outcome, exitCode, blame(), what + ": " + text(), this);
  }

  StepOutcome outcome() {
    return outcome;
  }

  /** The program's exit code; null if it did not end by itself. */
  @Nullable Integer exitCode() {
    return exitCode;
  }
}
