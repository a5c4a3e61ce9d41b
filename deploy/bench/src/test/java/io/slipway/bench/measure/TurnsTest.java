package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

  @Test
  void shouldTakeTheMedianOfTheRatiosAndNotTheRatioOfTheMedians() {
    Turns turns = new Turns(List.of(100.0, 300.0, 200.0), List.of(1000.0, 1000.0, 500.0));

    assertThat(turns.ratio()).isEqualTo(0.3);
    assertThat(turns.figure()).isEqualTo(200);
    assertThat(turns.limit()).isEqualTo(1000);
  }

  @Test
  void shouldBeVoidWhenTheLimitMovesByMoreThanAQuarter() {
    Turns moved = new Turns(List.of(1.0, 1.0, 1.0), List.of(100.0, 126.0, 110.0));
    Turns still = new Turns(List.of(1.0, 1.0, 1.0), List.of(100.0, 125.0, 110.0));

    assertThat(moved.isVoid()).isTrue();
    assertThat(moved.drift()).isEqualTo(0.26, within(1e-9));
    assertThat(still.isVoid()).isFalse();
  }

  @Test
  void shouldRefuseFiguresWithoutLimits() {
    assertThatThrownBy(() -> new Turns(List.of(1.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Turns(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
