package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BeatSilenceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = Long.MAX_VALUE - 4 * SECOND;

  @Test
  void shouldNoticeThatNoBeatComes() {
    BeatSilence silence = BeatSilence.from(START).withEnd(7, START);

    silence = silence.withEnd(7, START + 3 * SECOND);
    assertThat(silence.isLongerThan(HandOver.GAP, START + 3 * SECOND)).isFalse();
    assertThat(silence.isLongerThan(HandOver.GAP, START + 3 * SECOND + 1)).isTrue();
  }

  @Test
  void shouldHearTheBeatOfAnyInstance() {
    BeatSilence silence = BeatSilence.from(START).withEnd(7, START);

    silence = silence.withEnd(8, START + 3 * SECOND);

    assertThat(silence.isLongerThan(HandOver.GAP, START + 5 * SECOND)).isFalse();
  }

  @Test
  void shouldNotTakeASilentKafkaForASilentLedger() {
    BeatSilence silence = BeatSilence.from(START).withEnd(7, START).withEnd(7, START + SECOND);

    assertThat(silence.isLongerThan(HandOver.GAP, START + 10 * SECOND)).isFalse();
  }
}
