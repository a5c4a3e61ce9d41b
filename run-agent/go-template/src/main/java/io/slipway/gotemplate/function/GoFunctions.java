package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoFormat;
import io.slipway.gotemplate.value.GoPrint;
import io.slipway.gotemplate.value.Values;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of Go's text/template itself; {@code and} and {@code or} stop early elsewhere. */
final class GoFunctions {
  private GoFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .addVariadic("and", 1, a -> a.any(a.count() - 1))
        .addVariadic("or", 1, a -> a.any(a.count() - 1))
        .add("not", 1, a -> !Values.isTrue(a.any(0)))
        .add("len", 1, a -> length(a.any(0)))
        .addVariadic("index", 1, GoFunctions::index)
        .addVariadic("call", 1, GoFunctions::refuseCall)
        .addVariadic("print", 0, a -> GoPrint.joined(a.values(), a.budget()))
        .addVariadic("println", 0, a -> GoPrint.line(a.values(), a.budget()))
        .addVariadic("printf", 1, a -> GoFormat.format(a.text(0), a.from(1), a.budget()))
        .addVariadic("html", 0, a -> a.budget().made(html(GoPrint.joined(a.values(), a.budget()))))
        .addVariadic("js", 0, a -> a.budget().made(script(GoPrint.joined(a.values(), a.budget()))))
        .addVariadic("urlquery", 0, a -> a.budget().made(query(a)))
        .addVariadic("eq", 1, GoFunctions::isEqualToAny)
        .add("ne", 2, a -> !Values.isEqual(a.any(0), a.any(1)))
        .add("lt", 2, a -> Values.isLess(a.any(0), a.any(1)))
        .add("le", 2, a -> isAtMost(a.any(0), a.any(1)))
        .add("gt", 2, a -> !isAtMost(a.any(0), a.any(1)))
        .add("ge", 2, a -> !Values.isLess(a.any(0), a.any(1)));
  }

  private static Object refuseCall(Arguments a) {
    throw new Failure("call of non-function of type " + Values.type(a.any(0)));
  }

  private static boolean isEqualToAny(Arguments a) {
    if (a.count() < 2) {
      throw new Failure("missing argument for comparison");
    }
    for (Object other : a.from(1)) {
      if (Values.isEqual(a.any(0), other)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAtMost(@Nullable Object one, @Nullable Object other) {
    return Values.isLess(one, other) || Values.isEqual(one, other);
  }

  /** Bytes of a text, elements of a list or map. */
  private static long length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.getBytes(StandardCharsets.UTF_8).length;
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null -> throw new Failure("len of nil pointer");
      default -> throw new Failure("len of type " + Values.type(value));
    };
  }

  private static @Nullable Object index(Arguments a) {
    Object value = a.any(0);
    for (Object key : a.from(1)) {
      value = element(value, key);
    }
    return value;
  }

  private static @Nullable Object element(@Nullable Object of, @Nullable Object key) {
    return switch (of) {
      case null -> throw new Failure("index of untyped nil");
      case List<?> list -> list.get(position(key, list.size()));
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        yield (long) (bytes[position(key, bytes.length)] & 0xFF);
      }
      case Map<?, ?> map -> {
        if (!(key instanceof String)) {
          throw new Failure("value has type " + Values.type(key) + "; should be string");
        }
        yield map.get(key);
      }
      default -> throw new Failure("can't index item of type " + Values.type(of));
    };
  }

  private static int position(@Nullable Object key, int size) {
    if (!(key instanceof Long number)) {
      throw new Failure("cannot index slice/array with type " + Values.type(key));
    }
    if (number < 0 || number >= size) {
      throw new Failure("index out of range: " + number);
    }
    return number.intValue();
  }

  private static String html(String text) {
    return text.replace("\0", "\uFFFD")
        .replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;");
  }

  private static String script(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          int escaped = "\\'\"<>&=".indexOf(c);
          if (escaped >= 0) {
            out.append(
                new String[] {"\\\\", "\\'", "\\\"", "\\u003C", "\\u003E", "\\u0026", "\\u003D"}
                    [escaped]);
          } else if (c < ' ') {
            out.append(String.format("\\u%04X", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  private static String query(Arguments a) {
    String text = GoPrint.joined(a.values(), a.budget());
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }
}
