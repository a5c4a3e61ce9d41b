package io.slipway.gotemplate.value;

/** Puts a text together and counts it while it grows. */
public final class BoundedText {
  private static final int PORTION = 4096;

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;
  private int counted;

  /** With what may be used up. */
  public BoundedText(Budget budget) {
    this.budget = budget;
  }

  /** Adds a text. */
  public BoundedText add(CharSequence text) {
    count(text.length());
    out.append(text);
    return this;
  }

  /** Adds a character. */
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

  /** The text. */
  public String text() {
    budget.text(out.length() - counted);
    counted = out.length();
    return out.toString();
  }
}
