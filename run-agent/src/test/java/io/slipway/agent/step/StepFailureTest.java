package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.StepOutcome;
import io.slipway.taskfile.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepFailureTest {
  @ParameterizedTest
  @CsvSource({"USER, FAILED", "UNSUPPORTED, FAILED", "PLATFORM, ERRORED"})
  void shouldEndAStepAsItsBlameSays(Refusal.Blame blame, StepOutcome outcome) {
    StepFailure failure = StepFailure.of(new Refusal(blame, "no", null));

    assertThat(failure.outcome()).isEqualTo(outcome);
    assertThat(failure.exitCode()).isNull();
    assertThat(failure.text()).isEqualTo("no");
  }

  @Test
  void shouldKeepTheExitCodeThroughWhatFailedBecauseOfIt() {
    Refusal longer = StepFailure.exit(3).because("failed to scan dependencies");

    assertThat(longer.text()).isEqualTo("failed to scan dependencies: exit status 3");
    assertThat(StepFailure.of(longer).exitCode()).isEqualTo(3);
  }

  @Test
  void shouldKeepThatTheTimeWasUp() {
    Refusal longer = StepFailure.late(60).because("failed to scan dependencies");

    assertThat(StepFailure.of(longer).outcome()).isEqualTo(StepOutcome.TIMED_OUT);
  }
}
