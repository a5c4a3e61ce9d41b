package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoPrint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic; whole numbers unless the name says otherwise. What is not a number counts as 0, as in
 * Sprig.
 */
final class NumberFunctions {
  private static final double HALF = 0.5;

  private NumberFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("add1", 1, a -> whole(a.any(0)) + 1)
        .addVariadic("add", 0, a -> a.count() == 0 ? (Object) 0L : fold(a, Long::sum))
        .add("sub", 2, a -> fold(a, (x, y) -> x - y))
        .addVariadic("mul", 1, a -> fold(a, (x, y) -> x * y))
        .add("div", 2, a -> fold(a, (x, y) -> x / divisor(y)))
        .add("mod", 2, a -> fold(a, (x, y) -> x % divisor(y)))
        .addVariadic("max", 1, a -> fold(a, Math::max))
        .alias("biggest", "max")
        .addVariadic("min", 1, a -> fold(a, Math::min))
        .add("floor", 1, a -> Math.floor(fraction(a.any(0))))
        .add("ceil", 1, a -> Math.ceil(fraction(a.any(0))))
        .addVariadic("round", 2, NumberFunctions::round)
        .add("int", 1, a -> whole(a.any(0)))
        .alias("int64", "int")
        .add("float64", 1, a -> fraction(a.any(0)))
        .add("atoi", 1, a -> decimal(a.text(0), 10))
        .add("toDecimal", 1, a -> decimal(GoPrint.print(a.any(0), a.budget()), 8))
        .add("until", 1, a -> range(a, 0, a.whole(0), a.whole(0) < 0 ? -1 : 1))
        .add("untilStep", 3, a -> range(a, a.whole(0), a.whole(1), a.whole(2)));
  }

  private static long divisor(long number) {
    if (number == 0) {
      throw new Failure("integer divide by zero");
    }
    return number;
  }

  private static Object fold(Arguments a, LongBinaryOperator operator) {
    long value = whole(a.any(0));
    for (Object next : a.from(1)) {
      value = operator.applyAsLong(value, whole(next));
    }
    return value;
  }

  /** Rounds to a number of places; the third argument says from which rest on it goes up. */
  private static Object round(Arguments a) {
    double up = a.count() > 2 ? fraction(a.any(2)) : HALF;
    double power = Math.pow(10, a.whole(1));
    double shifted = power * fraction(a.any(0));
    double rest = shifted - (shifted < 0 ? Math.ceil(shifted) : Math.floor(shifted));
    return (rest >= up ? Math.ceil(shifted) : Math.floor(shifted)) / power;
  }

  private static Object decimal(String text, int base) {
    try {
      return Long.parseLong(text, base);
    } catch (NumberFormatException none) {
      return 0L;
    }
  }

  private static List<Object> range(Arguments a, long start, long stop, long step) {
    List<Object> numbers = new ArrayList<>();
    if (step == 0 || stop < start == step > 0) {
      return numbers;
    }
    a.budget().elements(Math.abs((stop - start) / step));
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

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
