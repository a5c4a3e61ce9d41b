package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Comparison;
import io.slipway.gotemplate.value.Kinds;
import org.jspecify.annotations.Nullable;

/** Functions that tell what kind of value something is. */
final class TypeFunctions {
  private TypeFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("typeOf", 1, a -> type(a.any(0)))
        .add("typeIs", 2, a -> a.text(0).equals(type(a.any(1))))
        .add("typeIsLike", 2, a -> isLike(a.text(0), type(a.any(1))))
        .add("kindOf", 1, a -> Kinds.kind(a.any(0)))
        .add("kindIs", 2, a -> a.text(0).equals(Kinds.kind(a.any(1))))
        .add("deepEqual", 2, a -> Comparison.isDeepEqual(a.any(0), a.any(1), a.budget()));
  }

  private static String type(@Nullable Object value) {
    return value == null ? "<nil>" : Kinds.type(value);
  }

  private static boolean isLike(String target, String type) {
    return target.equals(type) || ("*" + target).equals(type);
  }
}
