package io.slipway.taskfile.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommentLinesTest {
  private static String without(String text) {
    return CommentLines.without(MappedText.of(text)).text();
  }

  @Test
  void shouldTakeCommentLinesOutAndKnowWhereTheOthersWere() {
    MappedText bare = CommentLines.without(MappedText.of("# a\nb: c # stays\n   # d\ne: f\n"));
    assertThat(bare.text()).isEqualTo("b: c # stays\ne: f\n");
    assertThat(bare.lines().toString()).isEqualTo("[2, 4, 5]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "steps:\n  - cmd: |\n      #!/bin/sh\n      # note\n\n      echo a\n  - push: [a]\n",
        "steps:\n  - cmd: >-\n      bash -c\n      # kept\n",
        "a: |\n # kept\n b\nc: d\n",
        "a: |2\n    # kept\n  b\n",
        "a: |+\n  # kept\n\n  b\n",
        "- |\n  # kept\n  b\n",
        "- - |\n    # kept\n",
        "a: &x |\n  # kept\n",
        "a: !!str |\n  # kept\n",
        "a: | # a comment after the head\n  # kept\n",
        "\"a b\": |\n  # kept\n",
      })
  void shouldKeepTheLinesOfBlockScalars(String text) {
    assertThat(without(text)).isEqualTo(text);
  }

  @Test
  void shouldTakeCommentsAfterABlockScalarOut() {
    assertThat(without("- cmd: |\n    # kept\n    a\n  # gone\n# gone\n- b\n"))
        .isEqualTo("- cmd: |\n    # kept\n    a\n- b\n");
  }

  @Test
  void shouldNotTakeOtherLinesForHeadsOfBlocks() {
    assertThat(without("cmd: a |\n  # gone\n")).isEqualTo("cmd: a |\n");
    assertThat(without("|\n  # gone\n")).isEqualTo("|\n");
    assertThat(without("a: 'x: |'\n  # gone\n")).isEqualTo("a: 'x: |'\n");
    assertThat(without("a: |\n# gone\nb: c\n")).isEqualTo("a: |\nb: c\n");
  }

  @Test
  void shouldNotHangOnLongLines() {
    String dashes = "- ".repeat(200_000) + "|\n#\n";
    assertThat(without(dashes)).startsWith("- ");
    String colons = "a: ".repeat(20_000) + "|x\n#\n";
    assertThat(without(colons)).startsWith("a: ");
    String tags = "a: " + "&x ".repeat(100_000) + "|\n";
    assertThat(without(tags)).startsWith("a: ");
  }
}
