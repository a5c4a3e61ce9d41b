package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.GoJson;
import io.slipway.gotemplate.value.Kinds;
import io.slipway.gotemplate.value.TemplateFailure;
import org.jspecify.annotations.Nullable;

/** Functions that choose between values, give up, or write JSON. */
final class DefaultFunctions {
  private DefaultFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .addVariadic("default", 1, DefaultFunctions::otherwise)
        .add("empty", 1, a -> !Kinds.isTrue(a.any(0)))
        .addVariadic("coalesce", 0, DefaultFunctions::firstThatIsThere)
        .add("ternary", 3, DefaultFunctions::choose)
        .add("fail", 1, DefaultFunctions::fail)
        .add("toJson", 1, a -> GoJson.write(a.any(0), "", a.budget()))
        .add("toPrettyJson", 1, a -> GoJson.write(a.any(0), "  ", a.budget()));
  }

  private static @Nullable Object otherwise(Arguments a) {
    return a.count() > 1 && Kinds.isTrue(a.any(1)) ? a.any(1) : a.any(0);
  }

  private static @Nullable Object firstThatIsThere(Arguments a) {
    for (Object value : a.values()) {
      if (Kinds.isTrue(value)) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable Object choose(Arguments a) {
    if (a.any(2) instanceof Boolean truth) {
      return truth ? a.any(0) : a.any(1);
    }
    throw new TemplateFailure("wrong type for value; expected bool; got " + Kinds.type(a.any(2)));
  }

  private static Object fail(Arguments a) {
    throw new TemplateFailure(a.text(0));
  }
}
