package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.GoPrint;
import io.slipway.gotemplate.value.TemplateFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/** Arithmetic; whole numbers unless the name says otherwise. */
final class NumberFunctions {
  private static final double HALF = 0.5;

  private NumberFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("add1", 1, a -> Numbers.whole(a.any(0)) + 1)
        .addVariadic("add", 0, a -> a.count() == 0 ? (Object) 0L : fold(a, Long::sum))
        .add("sub", 2, a -> fold(a, (x, y) -> x - y))
        .addVariadic("mul", 1, a -> fold(a, (x, y) -> x * y))
        .add("div", 2, a -> fold(a, (x, y) -> x / divisor(y)))
        .add("mod", 2, a -> fold(a, (x, y) -> x % divisor(y)))
        .addVariadic("max", 1, a -> fold(a, Math::max))
        .alias("biggest", "max")
        .addVariadic("min", 1, a -> fold(a, Math::min))
        .add("floor", 1, a -> Math.floor(Numbers.fraction(a.any(0))))
        .add("ceil", 1, a -> Math.ceil(Numbers.fraction(a.any(0))))
        .addVariadic("round", 2, NumberFunctions::round)
        .add("int", 1, a -> Numbers.whole(a.any(0)))
        .alias("int64", "int")
        .add("float64", 1, a -> Numbers.fraction(a.any(0)))
        .add("atoi", 1, a -> decimal(a.text(0), 10))
        .add("toDecimal", 1, a -> decimal(GoPrint.print(a.any(0), a.budget()), 8))
        .add("until", 1, a -> range(a, 0, a.whole(0), a.whole(0) < 0 ? -1 : 1))
        .add("untilStep", 3, a -> range(a, a.whole(0), a.whole(1), a.whole(2)));
  }

  private static long divisor(long number) {
    if (number == 0) {
      throw new TemplateFailure("integer divide by zero");
    }
    return number;
  }

  private static Object fold(Arguments a, LongBinaryOperator operator) {
    long value = Numbers.whole(a.any(0));
    for (Object next : a.from(1)) {
      value = operator.applyAsLong(value, Numbers.whole(next));
    }
    return value;
  }

  /** Rounds to a number of places; the third argument says from which rest on it goes up. */
  private static Object round(Arguments a) {
    double up = a.count() > 2 ? Numbers.fraction(a.any(2)) : HALF;
    double power = Math.pow(10, a.whole(1));
    double shifted = power * Numbers.fraction(a.any(0));
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
}
