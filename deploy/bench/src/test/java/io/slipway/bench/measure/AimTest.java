package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AimTest {

  @Test
  void shouldBeMetAtItsBound() {
    assertThat(Aim.atLeast("must", 0.4).isMet(0.4)).isTrue();
    assertThat(Aim.atLeast("must", 0.4).isMet(0.39)).isFalse();
    assertThat(Aim.atMost("goal", 15).isMet(15)).isTrue();
    assertThat(Aim.atMost("goal", 15).isMet(15.1)).isFalse();
  }

  @Test
  void shouldBeMissedByWhatCouldNotBeMeasured() {
    assertThat(Aim.atLeast("must", 0.4).isMet(Double.NaN)).isFalse();
    assertThat(Aim.atMost("must", 15).isMet(Double.NaN)).isFalse();
  }

  @Test
  void shouldSayWhatWasWantedAndWhetherItWasReached() {
    assertThat(Aim.atLeast("must", 0.4).text(0.1)).isEqualTo("must >= 0.40: missed");
    assertThat(Aim.atMost("goal", 2048).text(1000)).isEqualTo("goal <= 2048: met");
  }
}
