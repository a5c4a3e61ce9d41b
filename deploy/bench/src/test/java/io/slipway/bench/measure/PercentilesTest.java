package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void shouldFindTheValueThatSoManyDoNotExceed() {
    Percentiles hundred =
        Percentiles.of(IntStream.rangeClosed(1, 100).mapToObj(i -> (double) (101 - i)).toList());

    assertThat(hundred.at(50)).isEqualTo(50);
    assertThat(hundred.at(99)).isEqualTo(99);
    assertThat(hundred.at(100)).isEqualTo(100);
  }

  @Test
  void shouldTakeTheLargestOfFewForThe99th() {
    assertThat(Percentiles.of(List.of(3.0, 1.0, 2.0)).at(99)).isEqualTo(3);
    assertThat(Percentiles.of(List.of(3.0, 1.0, 2.0)).at(1)).isEqualTo(1);
  }

  @Test
  void shouldHaveNoNumberForNothing() {
    assertThat(Percentiles.of(List.of()).at(50)).isNaN();
  }
}
