package io.slipway.taskfile.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.Refusal;
import org.junit.jupiter.api.Test;

class LineMapTest {
  @Test
  void shouldPutMapsOneAfterTheOther() {
    LineMap map = LineMap.of(new int[] {3, 4, 9}).then(new int[] {1, 1, 3});
    assertThat(map.source(1)).isEqualTo(3);
    assertThat(map.source(2)).isEqualTo(3);
    assertThat(map.source(3)).isEqualTo(9);
  }

  @Test
  void shouldHaveAnAnswerForEveryLine() {
    LineMap map = LineMap.identity("a\nb");
    assertThat(map.source(0)).isZero();
    assertThat(map.source(7)).isEqualTo(2);
  }

  @Test
  void shouldNoteLinesWhileATextIsPutTogether() {
    MappedText text =
        new MappedText.Builder()
            .copied("a\nb ", 1)
            .inserted("x\ny\n", 2)
            .copied("c\nd", 3)
            .build(LineMap.of(new int[] {10, 20, 30, 40}));
    assertThat(text.text()).isEqualTo("a\nb x\ny\nc\nd");
    assertThat(text.lines().toString()).isEqualTo("[10, 20, 20, 30, 40]");
  }

  @Test
  void shouldTellAPlaceInTheUsersFile() {
    Refusal problem = new MappedText("ab\ncd", LineMap.of(new int[] {5, 9})).problem(4, "wrong");
    assertThat(problem.line()).isEqualTo(9);
    assertThat(problem.column()).isEqualTo(2);
  }
}
