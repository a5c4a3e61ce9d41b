package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AcceptedRunsTest {

  /** Keys are remembered for a month, runs perhaps for a day. */
  @Test
  void shouldRefuseTheRepetitionOfARequestWhoseRunWasDeleted() {
    AcceptedRuns accepted = new AcceptedRuns();
    UUID draft = UUID.randomUUID();

    accepted.recalled(Map.of(draft, new RunRequests.Known("", UUID.randomUUID())), List.of());

    assertThatThrownBy(() -> accepted.run(draft))
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("was deleted");
  }
}
