package io.slipway.gotemplate.value;

import io.slipway.gotemplate.value.Budget.BoundedText;
import io.slipway.gotemplate.value.Values.GoObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values as Go's encoding/json does: keys in order, {@code <>&} escaped. */
public final class GoJson {
  private final String indent;
  private final Budget budget;
  private final BoundedText out;

  private GoJson(String indent, Budget budget) {
    this.indent = indent;
    this.budget = budget;
    this.out = new BoundedText(budget);
  }

  /** A value as JSON; an empty indent gives one line. */
  public static String write(@Nullable Object value, String indent, Budget budget) {
    GoJson json = new GoJson(indent, budget);
    json.write(value, 0);
    return json.out.text();
  }

  private void write(@Nullable Object value, int depth) {
    budget.steps(1);
    switch (value) {
      case null -> out.add("null");
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> map(map, depth);
      case Boolean truth -> out.add(truth.toString());
      case Long number -> out.add(number.toString());
      case Double number -> out.add(number(number));
      case GoObject object -> string(object.print());
      default -> string(value.toString());
    }
  }

  private static String number(double number) {
    double size = Math.abs(number);
    boolean exponent = size != 0 && (size < 1e-6 || size >= 1e21);
    String text = exponent ? GoFloat.exponent(number, -1, 'e') : GoFloat.fixed(number, -1);
    return text.replace("e-0", "e-");
  }

  private void list(List<?> list, int depth) {
    budget.enter();
    out.add('[');
    for (int i = 0; i < list.size(); i++) {
      out.add(i == 0 ? "" : ",");
      feed(depth + 1);
      write(list.get(i), depth + 1);
    }
    if (!list.isEmpty()) {
      feed(depth);
    }
    out.add(']');
    budget.leave();
  }

  private void map(Map<?, ?> map, int depth) {
    budget.enter();
    out.add('{');
    String between = "";
    for (Map.Entry<String, Object> entry : GoPrint.sorted(map).entrySet()) {
      out.add(between);
      feed(depth + 1);
      string(entry.getKey());
      out.add(indent.isEmpty() ? ":" : ": ");
      write(entry.getValue(), depth + 1);
      between = ",";
    }
    if (!map.isEmpty()) {
      feed(depth);
    }
    out.add('}');
    budget.leave();
  }

  private void feed(int depth) {
    if (!indent.isEmpty()) {
      out.add('\n').add(indent.repeat(depth));
    }
  }

  private void string(String text) {
    out.add('"');
    text.codePoints().forEach(c -> out.add(escape(c)));
    out.add('"');
  }

  private static String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '<', '>', '&', 0x2028, 0x2029 -> String.format("\\u%04x", c);
      default ->
          c < ' '
              ? String.format("\\u%04x", c)
              : c >= 0xD800 && c <= 0xDFFF ? "\\ufffd" : Character.toString(c);
    };
  }
}
