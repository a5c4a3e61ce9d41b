package io.slipway.gotemplate.value;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of kinds and types, and what counts as true, as in Go. */
public final class Kinds {
  private Kinds() {}

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
}
