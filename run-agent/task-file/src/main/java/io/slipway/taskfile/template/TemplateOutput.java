package io.slipway.taskfile.template;

import io.slipway.taskfile.template.value.Budget;
import io.slipway.taskfile.text.MappedBuilder;
import io.slipway.taskfile.text.MappedText;
import java.util.Arrays;

/** Takes what a template prints, with the line of the template that printed it. */
final class TemplateOutput {
  /** As long as the longest task file that is read afterwards. */
  private static final int LONGEST = 2 << 20;

  private final MappedText source;
  private final int[] lineFeeds;
  private final Budget budget;
  private final MappedBuilder out = new MappedBuilder();

  TemplateOutput(MappedText source, Budget budget) {
    this.source = source;
    this.budget = budget;
    String text = source.text();
    this.lineFeeds =
        java.util.stream.IntStream.range(0, text.length())
            .filter(i -> text.charAt(i) == '\n')
            .toArray();
  }

  /** Text of the template itself, from an offset on. */
  void copied(String text, int offset) {
    count(text);
    out.copied(text, line(offset));
  }

  /** What an action at an offset printed. */
  void inserted(String text, int offset) {
    count(text);
    out.inserted(text, line(offset));
  }

  private void count(String text) {
    budget.text(text.length());
    if (out.length() + text.length() > LONGEST) {
      throw new TemplateFailure("the template makes more than " + LONGEST + " characters");
    }
  }

  private int line(int offset) {
    int found = Arrays.binarySearch(lineFeeds, offset);
    return 1 + (found >= 0 ? found : -found - 1);
  }

  MappedText text() {
    return out.build(source.lines());
  }
}
