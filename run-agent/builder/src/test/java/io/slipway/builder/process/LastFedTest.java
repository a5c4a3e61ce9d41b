package io.slipway.builder.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastFedTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(Watchdog.SECONDS);

  private final LastFed fed = new LastFed();
  private long now = Long.MAX_VALUE - LONG; // the clock's numbers may overflow

  @Test
  void shouldLeaveAloneWhoeverNeverFeeds() {
    assertThat(fed.mayBegin(now + 2 * LONG)).isTrue();
    assertThat(fed.isFed()).isFalse();
    assertThat(fed.isStarved()).isFalse();
  }

  @Test
  void shouldLetBeginWhatIsFed() {
    for (int time = 0; time < 3; time++) {
      fed.feed(now);
      now += LONG;
      assertThat(fed.mayBegin(now)).isTrue();
    }
    assertThat(fed.isStarved()).isFalse();
  }

  /** Nothing was refused, so nothing has ended: the lease was renewed after the pause. */
  @Test
  void shouldLetBeginWhatIsFedAgainInTime() {
    fed.feed(now);
    now += 2 * LONG;
    fed.feed(now);

    assertThat(fed.mayBegin(now)).isTrue();
  }

  @Test
  void shouldRefuseForGoodWhatBeginsTooLate() {
    fed.feed(now);
    now += LONG + 1;

    assertThat(fed.mayBegin(now)).isFalse();
    fed.feed(now);
    assertThat(fed.mayBegin(now)).isFalse();
    assertThat(fed.isStarved()).isTrue();
  }
}
