package io.slipway.gotemplate.function;

import org.jspecify.annotations.Nullable;

/** Numbers that other values stand for; what is no number is 0, as in Sprig. */
final class Numbers {
  private Numbers() {}

  static long whole(@Nullable Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number.longValue();
      case Boolean truth -> truth ? 1 : 0;
      case String text -> parse(text);
      case null, default -> 0;
    };
  }

  static double fraction(@Nullable Object value) {
    return switch (value) {
      case Long number -> number.doubleValue();
      case Double number -> number;
      case Boolean truth -> truth ? 1 : 0;
      case String text -> {
        try {
          yield text.isBlank() || Character.isWhitespace(text.charAt(text.length() - 1))
              ? 0
              : Double.parseDouble(text);
        } catch (NumberFormatException none) {
          yield 0;
        }
      }
      case null, default -> 0;
    };
  }

  /** A whole number as Go writes it: with 0x, 0b, 0o or 0 in front it is not decimal. */
  private static long parse(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int base = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      base =
          switch (Character.toLowerCase(digits.charAt(1))) {
            case 'x' -> 16;
            case 'b' -> 2;
            default -> 8;
          };
      boolean lettered = Character.isLetter(digits.charAt(1));
      digits = digits.substring(lettered ? 2 : 1);
    }
    try {
      return digits.isEmpty() || !Character.isLetterOrDigit(digits.charAt(0))
          ? 0
          : Long.parseLong((negative ? "-" : "") + digits, base);
    } catch (NumberFormatException none) {
      return 0;
    }
  }
}
