package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepResultTest {
  private static StepResult step(String id) {
    return new StepResult(id, StepKind.CMD, StepOutcome.SUCCEEDED, Instant.EPOCH, Instant.EPOCH);
  }

  @Test
  void shouldFitIntoAnEventWhateverStepsAreCalled() {
    List<StepResult> usual = IntStream.range(0, 1_000).mapToObj(i -> step("step" + i)).toList();
    List<StepResult> lengthy =
        IntStream.range(0, 1_000).mapToObj(i -> step("x".repeat(999))).toList();

    assertThat(StepResult.fitting(usual)).isEqualTo(usual);
    assertThat(StepResult.fitting(lengthy)).hasSize(100);
  }
}
