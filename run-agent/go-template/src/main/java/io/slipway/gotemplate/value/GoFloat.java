package io.slipway.gotemplate.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Numbers with a fraction as Go writes them. */
public final class GoFloat {
  /** From this power on, the shortest form has an exponent. */
  private static final int EXPONENT_FROM = 6;

  private GoFloat() {}

  /** As {@code %v}: the fewest digits that say which number it is. */
  public static String shortest(double value) {
    return general(value, -1, 'e');
  }

  /** As {@code %e}; a negative precision stands for the fewest digits. */
  public static String exponent(double value, int precision, char letter) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    BigDecimal exact = precision < 0 ? digits(value) : new BigDecimal(value);
    if (exact.signum() == 0) {
      String zeros = precision > 0 ? "." + "0".repeat(precision) : "";
      return sign(value) + "0" + zeros + letter + "+00";
    }
    BigDecimal rounded =
        precision < 0
            ? exact.stripTrailingZeros()
            : exact.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().abs().toString();
    int power = digits.length() - 1 - rounded.scale();
    StringBuilder mantissa = new StringBuilder(digits);
    while (mantissa.length() < precision + 1) {
      mantissa.append('0');
    }
    if (mantissa.length() > 1) {
      mantissa.insert(1, '.');
    }
    int size = Math.abs(power);
    return sign(value)
        + mantissa
        + letter
        + (power < 0 ? '-' : '+')
        + (size < 10 ? "0" : "")
        + size;
  }

  /** As {@code %f}; a negative precision stands for the fewest digits. */
  public static String fixed(double value, int precision) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    BigDecimal number =
        precision < 0
            ? digits(Math.abs(value))
            : new BigDecimal(Math.abs(value)).setScale(precision, RoundingMode.HALF_EVEN);
    BigDecimal shown = precision < 0 && number.signum() == 0 ? BigDecimal.ZERO : number;
    if (precision < 0) {
      shown = shown.stripTrailingZeros();
      shown = shown.scale() < 0 ? shown.setScale(0) : shown;
    }
    return sign(value) + shown.toPlainString();
  }

  /** As {@code %g}: fixed, or with an exponent if it is small or from a power on. */
  public static String general(double value, int precision, char letter) {
    String special = special(value);
    if (special != null) {
      return special;
    }
    if (value == 0) {
      return sign(value) + "0";
    }
    BigDecimal number =
        precision < 0
            ? digits(value)
            : new BigDecimal(value)
                .round(new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN));
    number = number.stripTrailingZeros();
    int power = number.precision() - 1 - number.scale();
    int limit = precision < 0 ? EXPONENT_FROM : Math.max(1, precision);
    if (power < -4 || power >= limit) {
      return exponentOf(number, power, letter);
    }
    return number.scale() < 0 ? number.setScale(0).toPlainString() : number.toPlainString();
  }

  private static String exponentOf(BigDecimal number, int power, char letter) {
    String digits = number.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    int size = Math.abs(power);
    return (number.signum() < 0 ? "-" : "")
        + mantissa
        + letter
        + (power < 0 ? '-' : '+')
        + (size < 10 ? "0" : "")
        + size;
  }

  private static BigDecimal digits(double value) {
    return new BigDecimal(Double.toString(value));
  }

  private static String sign(double value) {
    return value < 0 || 1 / value < 0 ? "-" : "";
  }

  private static @Nullable String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf" : null;
  }
}
