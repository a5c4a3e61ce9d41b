package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.run.course.RunProgress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** The monotonic clock may begin anywhere, also shortly before its numbers overflow. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  @Test
  void shouldAllowNothingBeforeTheBeatIsSteady() {
    HandOver handOver = HandOver.NEVER;
    assertThat(handOver.allows(START)).isFalse();

    for (int second = 0; second < 15; second++) {
      handOver = handOver.beat(START + second * SECOND);
      assertThat(handOver.allows(START + second * SECOND)).as("second " + second).isFalse();
    }
    assertThat(handOver.beat(START + 15 * SECOND).allows(START + 15 * SECOND)).isTrue();
  }

  @Test
  void shouldBeginAnewAfterAGap() {
    HandOver handOver = steady(START);
    long last = START + 20 * SECOND;
    assertThat(handOver.allows(last + 3 * SECOND)).isTrue();
    assertThat(handOver.allows(last + 3 * SECOND + 1)).as("agents see no beat").isFalse();

    HandOver after = handOver.beat(last + 4 * SECOND);

    assertThat(after.allows(last + 4 * SECOND)).isFalse();
    assertThat(handOver.beat(last + 3 * SECOND).allows(last + 3 * SECOND)).isTrue();
  }

  /**
   * Whatever the beats do: when leases may be ended, no time of a lease and a gap before that was
   * without a beat for longer than a gap.
   */
  @Test
  void shouldAllowNothingUnlessEveryAgentHasSeenBeatsForALease() {
    Random random = new Random(11);
    long need = RunProgress.LEASE.plus(HandOver.GAP).toNanos();
    int allowed = 0;
    for (int round = 0; round < 500; round++) {
      HandOver handOver = HandOver.NEVER;
      long now = START;
      long since = now;
      long last = now;
      for (int i = 0; i < 60; i++) {
        long pause =
            random.nextInt(25) == 0 ? 4 * SECOND : (long) (SECOND * random.nextDouble(2.5));
        now += pause;
        if (i == 0 || now - last > HandOver.GAP.toNanos()) {
          since = now;
        }
        last = now;
        handOver = handOver.beat(now);
        assertThat(handOver.allows(now)).isEqualTo(now - since >= need);
        allowed += handOver.allows(now) ? 1 : 0;
      }
    }
    assertThat(allowed).isPositive();
  }

  private static HandOver steady(long from) {
    HandOver handOver = HandOver.NEVER;
    for (int second = 0; second <= 20; second++) {
      handOver = handOver.beat(from + second * SECOND);
    }
    return handOver;
  }
}
