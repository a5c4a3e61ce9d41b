package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlotsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final Slots slots = new Slots(8);

  @Test
  void shouldNotWaitForSlotsThatAreFree() throws Exception {
    assertThat(slots.await(2, LONG)).isEqualTo(8);
    assertThat(slots.take(6)).isTrue();
    assertThat(slots.await(2, LONG)).isEqualTo(2);
  }

  @Test
  void shouldSayWhatIsFreeWhenTheTimeIsUp() throws Exception {
    assertThat(slots.take(7)).isTrue();
    assertThat(slots.await(2, SHORT)).isEqualTo(1);
    assertThat(slots.take(1)).isTrue();
    assertThat(slots.await(2, SHORT)).isZero();
  }

  @Test
  void shouldWaitUntilAsManyAreFree() throws Exception {
    assertThat(slots.take(8)).isTrue();
    Thread runs =
        Thread.ofVirtual()
            .start(() -> {
              slots.giveBack(1);
              slots.giveBack(1);
            });

    assertThat(slots.await(2, LONG)).isEqualTo(2);
    runs.join();
    assertThat(slots.take(2)).isTrue();
  }
}
