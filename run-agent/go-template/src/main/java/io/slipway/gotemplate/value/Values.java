package io.slipway.gotemplate.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What values are called, which count as true, equal or less, as in Go; and copies of them. */
public final class Values {
  private Values() {}

  /** A value with methods, such as a time. */
  public interface GoObject {
    String print();

    /** Type as Go names it, for example {@code time.Time}. */
    String type();

    /** Calls a method or reads a field; fails if there is none of the name. */
    @Nullable Object member(String name, List<Object> arguments);
  }

  /** Kind, for example {@code int} or {@code map}; {@code invalid} of null. */
  public static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "invalid";
      case Boolean b -> "bool";
      case Long l -> "int";
      case Double d -> "float64";
      case String s -> "string";
      case List<?> l -> "slice";
      case Map<?, ?> m -> "map";
      default -> "struct";
    };
  }

  /** Type, for example {@code []interface {}}. */
  public static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "interface {}";
      case List<?> l -> "[]interface {}";
      case Map<?, ?> m -> "map[string]interface {}";
      case GoObject o -> o.type();
      default -> kind(value);
    };
  }

  /** Whether {@code if} takes it for true: not null, false, 0 or empty. */
  public static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Long l -> l != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      case List<?> l -> !l.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      default -> true;
    };
  }

  /** As {@code eq}: only what has the same kind can be compared; null equals null. */
  public static boolean isEqual(@Nullable Object one, @Nullable Object other) {
    refuseUncomparable(one);
    refuseUncomparable(other);
    if (one == null || other == null) {
      return one == other;
    }
    if (!kind(one).equals(kind(other))) {
      throw new Failure("incompatible types for comparison");
    }
    return one.equals(other);
  }

  private static void refuseUncomparable(@Nullable Object value) {
    if (value instanceof List || value instanceof Map) {
      throw new Failure("uncomparable type " + type(value));
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
    boolean same = kind(one).equals(kind(other));
    throw new Failure(same ? "invalid type for comparison" : "incompatible types for comparison");
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

  /**
   * A copy of maps, lists and scalars, so that a template cannot change the caller's. Parts that
   * are shared in the original are copied, and counted, as often as they are reached. Integers
   * become the only integer that templates know, 64 bits.
   */
  public static @Nullable Object copy(@Nullable Object value, Budget budget) {
    budget.elements(1);
    budget.enter();
    Object copy = value;
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(String.valueOf(key), copy(item, budget)));
      copy = entries;
    } else if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(copy(item, budget)));
      copy = items;
    } else if (value instanceof Integer number) {
      copy = number.longValue();
    }
    budget.leave();
    return copy;
  }
}
