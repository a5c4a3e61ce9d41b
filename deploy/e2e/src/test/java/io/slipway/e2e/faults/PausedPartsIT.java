package io.slipway.e2e.faults;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * F06, F12, F15, F32: each part is stopped for longer than a lease, or its clients' patience, under
 * load.
 */
@Tag("faults")
@Order(21)
class PausedPartsIT {
  @ParameterizedTest
  @CsvSource({
    "kafka, 60, 60",
    "postgres, 60, 60",
    "task-api, 30, 50",
    "identity-service, 30, 35",
    "run-agent-1, 30, 50"
  })
  void shouldFinishEveryRunWhileAPartIsPaused(String part, int least, int most) throws Exception {
    Stage stage = Stage.shared();
    Duration pause = pause(stage, least, most);

    trial(stage, part, pause).of(() -> stage.parts().pause(part, pause));
  }

  /** F33: tries are bounded, so that a run may fail for want of its image; it ends once. */
  @ParameterizedTest
  @CsvSource({"credential-broker, 30, 35", "registry, 30, 35"})
  void shouldEndEveryRunOnceWhileItsImageIsOutOfReach(String part, int least, int most)
      throws Exception {
    Stage stage = Stage.shared();
    Duration pause = pause(stage, least, most);

    trial(stage, part, pause).allowingFailures().of(() -> stage.parts().pause(part, pause));
  }

  private static Duration pause(Stage stage, int least, int most) {
    return Duration.ofSeconds(least + stage.random().nextInt(most - least + 1));
  }

  private static Trial trial(Stage stage, String part, Duration pause) {
    return new Trial(stage, part + " paused for " + pause.toSeconds() + " s");
  }
}
