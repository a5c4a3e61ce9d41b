package io.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPauseTest {
  @Test
  void shouldGrowWithEachQuickDeathAndShrinkAfterALongLife() {
    RestartPause pause = new RestartPause();
    Duration quick = Duration.ofSeconds(1);
    assertThat(pause.after(quick)).isEqualTo(Duration.ofMillis(500));
    assertThat(pause.after(quick)).isEqualTo(Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      pause.after(quick);
    }
    assertThat(pause.after(quick)).isEqualTo(Duration.ofSeconds(30));
    assertThat(pause.after(Duration.ofHours(1))).isEqualTo(Duration.ofMillis(500));
  }
}
