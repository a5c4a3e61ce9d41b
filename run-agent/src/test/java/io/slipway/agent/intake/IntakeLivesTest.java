package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntakeLivesTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final AtomicLong now = new AtomicLong();
  private final IntakeLives.StuckSince stuck = new IntakeLives.StuckSince(now::get);

  @Test
  void shouldOutliveAPauseOfTheWholeProcess() {
    assertThat(stuck.longerThan(LIMIT, true)).isFalse();
    pass(Duration.ofHours(1));

    assertThat(stuck.longerThan(LIMIT, false)).as("just awake").isFalse();
    pass(Duration.ofSeconds(10));
    assertThat(stuck.longerThan(LIMIT, true)).isFalse();
    pass(LIMIT.plusSeconds(1));
    assertThat(stuck.longerThan(LIMIT, false)).as("the time counts anew").isFalse();
  }

  @Test
  void shouldEndOneThatStaysWhereItIs() {
    assertThat(stuck.longerThan(LIMIT, false)).isFalse();
    pass(LIMIT);
    assertThat(stuck.longerThan(LIMIT, false)).isFalse();
    pass(Duration.ofNanos(1));
    assertThat(stuck.longerThan(LIMIT, false)).isTrue();
    assertThat(stuck.longerThan(LIMIT, true)).isFalse();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
