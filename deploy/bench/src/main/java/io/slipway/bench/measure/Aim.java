package io.slipway.bench.measure;

import java.util.Locale;

/**
 * What a figure has to be.
 *
 * @param word {@code must} or {@code goal}
 * @param value the value that it must reach, or not exceed
 * @param atLeast whether it must reach it; otherwise it must not exceed it
 */
public record Aim(String word, double value, boolean atLeast) {

  /** A figure that must be at least so large. */
  public static Aim atLeast(String word, double value) {
    return new Aim(word, value, true);
  }

  /** A figure that must be at most so large. */
  public static Aim atMost(String word, double value) {
    return new Aim(word, value, false);
  }

  /** Whether a figure reaches it; what could not be measured (NaN) misses every aim. */
  public boolean isMet(double figure) {
    return atLeast ? figure >= value : figure <= value;
  }

  /** For example {@code must >= 0.40: missed}. */
  public String text(double figure) {
    return String.format(
        Locale.ROOT,
        "%s %s %s: %s",
        word,
        atLeast ? ">=" : "<=",
        value < 10 ? String.format(Locale.ROOT, "%.2f", value) : Math.round(value),
        isMet(figure) ? "met" : "missed");
  }
}
