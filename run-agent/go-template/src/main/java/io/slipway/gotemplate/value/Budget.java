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
      throw new Failure("the template takes more than " + MOST_STEPS + " steps");
    }
  }

  /** Counts the elements of a list or map that is about to be made; they cost memory. */
  public void elements(long number) {
    steps(STEPS_PER_ELEMENT * Math.max(1, Math.min(number, MOST_STEPS)));
  }

  /** Counts an argument of a call: a function may read all of a long text. */
  public void argument(@Nullable Object value) {
    if (value instanceof String text) {
      steps(text.length() / 64);
    }
  }

  /** Counts a search, which may compare every character of one text with all of another. */
  public void search(String in, String wanted) {
    steps((long) in.length() * wanted.length() / 256);
  }

  /** Counts a text that is about to be made. */
  public void text(long length) {
    if (length > LONGEST_TEXT) {
      throw new Failure("a text has more than " + LONGEST_TEXT + " characters");
    }
    characters += length;
    if (characters > MOST_CHARACTERS) {
      throw new Failure("the template makes more than " + MOST_CHARACTERS + " characters in all");
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
      throw new Failure("the template goes deeper than " + DEEPEST + " levels");
    }
  }

  public void leave() {
    depth--;
  }

  /** Puts a text together and counts it while it grows. */
  public static final class BoundedText {
    private static final int PORTION = 4096;

    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private int counted;

    /** With what may be used up. */
    public BoundedText(Budget budget) {
      this.budget = budget;
    }

    public BoundedText add(CharSequence text) {
      count(text.length());
      out.append(text);
      return this;
    }

    public BoundedText add(char c) {
      count(1);
      out.append(c);
      return this;
    }

    private void count(int more) {
      int pending = out.length() + more - counted;
      if (pending > PORTION) {
        budget.text(pending);
        counted = out.length() + more;
        if (counted > 2 << 20) {
          budget.text(counted);
        }
      }
    }

    public String text() {
      budget.text(out.length() - counted);
      counted = out.length();
      return out.toString();
    }
  }
}
