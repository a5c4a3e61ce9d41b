package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlushPaceTest {
  @Test
  void shouldShowTheFirstLineSoonButNotOfARunThatIsOverAtOnce() {
    assertThat(FlushPace.pause(true, 1)).isBetween(Duration.ofMillis(10), Duration.ofMillis(25));
  }

  @Test
  void shouldShowALineWithinHalfASecondHoweverManyRunsThereAre() {
    Duration before = Duration.ZERO;
    for (int logs = 1; logs < 1_000; logs++) {
      Duration pause = FlushPace.pause(false, logs);
      assertThat(pause).isBetween(before, Duration.ofMillis(200));
      before = pause;
    }
  }

  @Test
  void shouldLetLinesOfManyRunsWaitForOneAnother() {
    assertThat(FlushPace.pause(true, 30)).isGreaterThan(Duration.ofMillis(100));
  }
}
