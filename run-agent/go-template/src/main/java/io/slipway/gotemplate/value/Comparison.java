package io.slipway.gotemplate.value;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which values are equal and which is less, as in Go's templates. */
public final class Comparison {
  private Comparison() {}

  /** As {@code eq}: only what has the same kind can be compared; null equals null. */
  public static boolean isEqual(@Nullable Object one, @Nullable Object other) {
    refuseUncomparable(one);
    refuseUncomparable(other);
    if (one == null || other == null) {
      return one == other;
    }
    if (!Kinds.kind(one).equals(Kinds.kind(other))) {
      throw new TemplateFailure("incompatible types for comparison");
    }
    return one.equals(other);
  }

  private static void refuseUncomparable(@Nullable Object value) {
    if (value instanceof List || value instanceof Map) {
      throw new TemplateFailure("uncomparable type " + Kinds.type(value));
    }
  }

  /** As {@code lt}: whole numbers, numbers with a fraction, or texts. */
  public static boolean isLess(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Long a && other instanceof Long b) {
      return a < b;
    }
    if (one instanceof Double a && other instanceof Double b) {
      return a < b;
    }
    if (one instanceof String a && other instanceof String b) {
      return a.compareTo(b) < 0;
    }
    boolean same = Kinds.kind(one).equals(Kinds.kind(other));
    throw new TemplateFailure(
        same ? "invalid type for comparison" : "incompatible types for comparison");
  }

  /** Whether two values are equal in all their parts. */
  public static boolean isDeepEqual(@Nullable Object one, @Nullable Object other, Budget budget) {
    budget.steps(1);
    if (one instanceof List<?> a && other instanceof List<?> b) {
      boolean equal = a.size() == b.size();
      budget.enter();
      Iterator<?> rest = b.iterator();
      for (Object item : a) {
        if (!equal || !isDeepEqual(item, rest.next(), budget)) {
          equal = false;
          break;
        }
      }
      budget.leave();
      return equal;
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      boolean equal = a.keySet().equals(b.keySet());
      budget.enter();
      for (Map.Entry<?, ?> entry : a.entrySet()) {
        if (!equal || !isDeepEqual(entry.getValue(), b.get(entry.getKey()), budget)) {
          equal = false;
          break;
        }
      }
      budget.leave();
      return equal;
    }
    if (one instanceof String a && other instanceof String b) {
      budget.steps(Math.min(a.length(), b.length()) / 64);
    }
    return Objects.equals(one, other);
  }
}
