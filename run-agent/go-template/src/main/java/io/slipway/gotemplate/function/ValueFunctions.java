package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoJson;
import io.slipway.gotemplate.value.Values;
import org.jspecify.annotations.Nullable;

/** Functions that choose between values, tell their kind, give up, or write JSON. */
final class ValueFunctions {
  private ValueFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .addVariadic("default", 1, ValueFunctions::otherwise)
        .add("empty", 1, a -> !Values.isTrue(a.any(0)))
        .addVariadic("coalesce", 0, ValueFunctions::firstThatIsThere)
        .add("ternary", 3, ValueFunctions::choose)
        .add("fail", 1, ValueFunctions::fail)
        .add("toJson", 1, a -> GoJson.write(a.any(0), "", a.budget()))
        .add("toPrettyJson", 1, a -> GoJson.write(a.any(0), "  ", a.budget()))
        .add("typeOf", 1, a -> type(a.any(0)))
        .add("typeIs", 2, a -> a.text(0).equals(type(a.any(1))))
        .add("typeIsLike", 2, a -> isLike(a.text(0), type(a.any(1))))
        .add("kindOf", 1, a -> Values.kind(a.any(0)))
        .add("kindIs", 2, a -> a.text(0).equals(Values.kind(a.any(1))))
        .add("deepEqual", 2, a -> Values.isDeepEqual(a.any(0), a.any(1), a.budget()));
  }

  private static @Nullable Object otherwise(Arguments a) {
    return a.count() > 1 && Values.isTrue(a.any(1)) ? a.any(1) : a.any(0);
  }

  private static @Nullable Object firstThatIsThere(Arguments a) {
    for (Object value : a.values()) {
      if (Values.isTrue(value)) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable Object choose(Arguments a) {
    if (a.any(2) instanceof Boolean truth) {
      return truth ? a.any(0) : a.any(1);
    }
    throw new Failure("wrong type for value; expected bool; got " + Values.type(a.any(2)));
  }

  private static Object fail(Arguments a) {
    throw new Failure(a.text(0));
  }

  private static String type(@Nullable Object value) {
    return value == null ? "<nil>" : Values.type(value);
  }

  private static boolean isLike(String target, String type) {
    return target.equals(type) || ("*" + target).equals(type);
  }
}
