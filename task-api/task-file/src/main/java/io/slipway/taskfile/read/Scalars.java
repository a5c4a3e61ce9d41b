package io.slipway.taskfile.read;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/**
 * Values as YAML 1.1 writes them. A value in quotes counts like one without: templates are often
 * put in quotes.
 */
final class Scalars {
  private static final Pattern WHOLE =
      Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([0-9]+))");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+\\.\\d*|\\.\\d+|\\d+)([eE][-+]?\\d{1,2})?");

  private Scalars() {}

  /** A whole number: decimal, hexadecimal, octal ({@code 010} is 8) or binary, with underscores. */
  static Optional<BigInteger> whole(String text) {
    Matcher number = WHOLE.matcher(text.strip().replace("_", ""));
    if (!number.matches()) {
      return Optional.empty();
    }
    BigInteger value;
    if (number.group(2) != null) {
      value = new BigInteger(number.group(2), 16);
    } else if (number.group(3) != null) {
      value = new BigInteger(number.group(3), 2);
    } else if (number.group(4) != null) {
      value = new BigInteger(number.group(4), 8);
    } else {
      value = new BigInteger(number.group(5));
    }
    return Optional.of(number.group(1).equals("-") ? value.negate() : value);
  }

  /** A number with or without a fraction. */
  static Optional<BigDecimal> decimal(String text) {
    String bare = text.strip().replace("_", "");
    return DECIMAL.matcher(bare).matches() ? Optional.of(new BigDecimal(bare)) : Optional.empty();
  }

  /** True or false, in any case. */
  static Optional<Boolean> truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "y" -> Optional.of(true);
      case "false", "no", "off", "n" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
