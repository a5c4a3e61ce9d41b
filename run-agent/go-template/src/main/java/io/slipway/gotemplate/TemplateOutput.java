package io.slipway.gotemplate;

import io.slipway.gotemplate.RenderTemplate.Output;
import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.TemplateFailure;

/** Counts what a template prints before it is passed on. */
final class TemplateOutput implements Output {
  /** Most characters that a template may print: those of the longest task file read afterwards. */
  private static final int LONGEST = 2 << 20;

  private final Output next;
  private final Budget budget;
  private int length;

  TemplateOutput(Output next, Budget budget) {
    this.next = next;
    this.budget = budget;
  }

  @Override
  public void copied(String text, int offset) {
    count(text);
    next.copied(text, offset);
  }

  @Override
  public void inserted(String text, int offset) {
    count(text);
    next.inserted(text, offset);
  }

  private void count(String text) {
    budget.text(text.length());
    length += text.length();
    if (length > LONGEST) {
      throw new TemplateFailure("the template makes more than " + LONGEST + " characters");
    }
  }
}
