package io.slipway.taskfile.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.text.CommentLines;
import io.slipway.taskfile.text.MappedText;
import java.util.Map;

/** Kinds of the group template. */
final class TemplateChecks implements CheckerGroup {
  @Override
  public Map<String, Checker> checkers() {
    return Map.of("template-strip-comments", TemplateChecks::comments);
  }

  private static void comments(ConformanceCase c) {
    assertThat(CommentLines.without(MappedText.of(c.text("template"))).text())
        .isEqualTo(c.expected().get("text").asText());
  }
}
