package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace(3, Duration.ofNanos(10));

  @Test
  void shouldLetAFewBatchesFollowAtOnceAndSpreadTheRest() {
    for (int i = 0; i < 3; i++) {
      assertThat(pace.pause(-1000)).isZero();
      pace.begin(-1000);
    }

    assertThat(pace.pause(-1000)).isEqualTo(10);
    assertThat(pace.pause(-996)).isEqualTo(6);
    pace.begin(-990);
    assertThat(pace.pause(-990)).isEqualTo(10);
  }

  @Test
  void shouldForgiveAfterARest() {
    for (int i = 0; i < 5; i++) {
      pace.begin(0);
    }
    assertThat(pace.pause(0)).isEqualTo(30);

    assertThat(pace.pause(50)).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(pace.pause(50)).isZero();
      pace.begin(50);
    }
    assertThat(pace.pause(50)).isEqualTo(10);
  }
}
