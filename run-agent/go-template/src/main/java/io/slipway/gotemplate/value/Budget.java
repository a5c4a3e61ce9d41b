package io.slipway.gotemplate.value;

import org.jspecify.annotations.Nullable;

/**
 * What one rendering may use up, so that a hostile template ends in an error: steps, characters
 * that it makes, and depth. No clock is involved; the same template always ends the same way.
 */
public final class Budget {
  private static final int LONGEST_TEXT = 2 << 20;
  private static final long MOST_STEPS = 5_000_000;
  private static final long MOST_CHARACTERS = 32L << 20;
  private static final int STEPS_PER_ELEMENT = 10;
  private static final int DEEPEST = 200;

  private long steps;
  private long characters;
  private int depth;

  /** Counts steps: one per evaluated word, element or 16 characters of work. */
  public void steps(long number) {
    steps += number;
    if (steps > MOST_STEPS || number < 0) {
      throw new TemplateFailure("the template takes more than " + MOST_STEPS + " steps");
    }
  }

  /** Counts the elements of a list or map that is about to be made; they cost memory. */
  public void elements(long number) {
    steps(STEPS_PER_ELEMENT * Math.max(1, Math.min(number, MOST_STEPS)));
  }

  /** Counts an argument of a call: who gets a long text may read all of it. */
  public void argument(@Nullable Object value) {
    if (value instanceof String text) {
      steps(text.length() / 64);
    }
  }

  /** Counts a search, which may compare every character of one text with all of another. */
  public void search(String in, String wanted) {
    steps((long) in.length() * wanted.length() / 256);
  }

  /** Counts a text of a length that is about to be made. */
  public void text(long length) {
    if (length > LONGEST_TEXT) {
      throw new TemplateFailure("a text has more than " + LONGEST_TEXT + " characters");
    }
    characters += length;
    if (characters > MOST_CHARACTERS) {
      throw new TemplateFailure(
          "the template makes more than " + MOST_CHARACTERS + " characters in all");
    }
    steps(1 + length / 16);
  }

  /** Counts a text that was made, and gives it back. */
  public String made(String text) {
    text(text.length());
    return text;
  }

  /** Goes one level deeper; {@link #leave} goes back. */
  public void enter() {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("the template goes deeper than " + DEEPEST + " levels");
    }
  }

  /** Goes back one level. */
  public void leave() {
    depth--;
  }
}
