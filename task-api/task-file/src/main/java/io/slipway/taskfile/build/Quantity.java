package io.slipway.taskfile.build;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and numbers of flags. */
final class Quantity {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15})(?:\\.(\\d{1,6}))?\\s*([bkmgt]?)(?:i?b)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?");

  private Quantity() {}

  /**
   * Bytes of {@code 512m}, {@code 2g}, {@code 1.5GiB}; units are powers of 1024 as Docker has them.
   *
   * @throws IllegalArgumentException that names the flag
   */
  static long bytes(String flag, String text) {
    Matcher match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException(flag + " " + text + " is no size; write it as 512m or 2g");
    }
    double number =
        Double.parseDouble(match.group(1) + "." + (match.group(2) == null ? "0" : match.group(2)));
    int power = " kmgt".indexOf(match.group(3).isEmpty() ? " " : match.group(3));
    return (long) (number * Math.pow(1024, Math.max(power, 0)));
  }

  /**
   * A number that is not negative.
   *
   * @throws IllegalArgumentException that names the flag
   */
  static double number(String flag, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException(flag + " " + text + " is no number");
    }
    return Double.parseDouble(text);
  }
}
