package io.slipway.gotemplate.value;

import io.slipway.gotemplate.value.Budget.BoundedText;
import io.slipway.gotemplate.value.Values.GoObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints values as Go's {@code %v} does, and texts in quotes as {@code %q}. */
public final class GoPrint {
  private GoPrint() {}

  /** As an action prints it: nothing is {@code <no value>}. */
  public static String action(@Nullable Object value, Budget budget) {
    return value == null ? "<no value>" : print(value, budget);
  }

  /** As {@code %v} prints it: nothing is {@code <nil>}. */
  public static String print(@Nullable Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    }
    BoundedText out = new BoundedText(budget);
    print(value, out, budget);
    return out.text();
  }

  private static void print(@Nullable Object value, BoundedText out, Budget budget) {
    budget.steps(1);
    switch (value) {
      case null -> out.add("<nil>");
      case Double number -> out.add(GoFloat.shortest(number));
      case List<?> list -> {
        budget.enter();
        out.add('[');
        for (int i = 0; i < list.size(); i++) {
          out.add(i == 0 ? "" : " ");
          print(list.get(i), out, budget);
        }
        out.add(']');
        budget.leave();
      }
      case Map<?, ?> map -> {
        budget.enter();
        String between = "map[";
        for (Map.Entry<?, ?> entry : sorted(map).entrySet()) {
          out.add(between).add(String.valueOf(entry.getKey())).add(':');
          print(entry.getValue(), out, budget);
          between = " ";
        }
        out.add(map.isEmpty() ? "map[]" : "]");
        budget.leave();
      }
      case GoObject object -> out.add(object.print());
      default -> out.add(value.toString());
    }
  }

  /** A map in the order of its keys, which is the order in which Go prints and ranges. */
  public static Map<String, Object> sorted(Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    return sorted;
  }

  /** As {@code print} does: blanks only between values of which none is a text. */
  public static String joined(List<Object> values, Budget budget) {
    BoundedText out = new BoundedText(budget);
    for (int i = 0; i < values.size(); i++) {
      if (i > 0 && !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String)) {
        out.add(' ');
      }
      out.add(print(values.get(i), budget));
    }
    return out.text();
  }

  /** As {@code println} does: blanks between all values, and a line feed. */
  public static String line(List<Object> values, Budget budget) {
    BoundedText out = new BoundedText(budget);
    for (int i = 0; i < values.size(); i++) {
      out.add(i == 0 ? "" : " ").add(print(values.get(i), budget));
    }
    return out.add('\n').text();
  }

  /** The text in quotes; {@code asciiOnly} escapes all that is not ASCII. */
  public static String quote(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> out.append(escape(c, '"', asciiOnly)));
    return out.append('"').toString();
  }

  /** A character in single quotes. */
  public static String character(int codePoint, boolean asciiOnly) {
    int shown = Character.isValidCodePoint(codePoint) ? codePoint : 0xFFFD;
    return "'" + escape(shown, '\'', asciiOnly) + "'";
  }

  private static String escape(int c, char quote, boolean asciiOnly) {
    if (c == quote || c == '\\') {
      return "\\" + (char) c;
    }
    int simple = "\u0007\b\f\n\r\t\u000b".indexOf(c);
    if (simple >= 0) {
      return "\\" + "abfnrtv".charAt(simple);
    }
    if (c < ' ' || c == 0x7F) {
      return String.format("\\x%02x", c);
    }
    if (c < 0x7F || !asciiOnly && isPrintable(c)) {
      return Character.toString(c);
    }
    return c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
