package io.slipway.gotemplate.value;

import io.slipway.gotemplate.value.Budget.BoundedText;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Go's {@code printf}: verbs, flags, width and precision, and its words for what does not fit. */
public final class GoFormat {
  private static final int WIDEST = 10_000;

  /** Stands for a width that is not a number, or too large. */
  private static final int UNFIT = Integer.MIN_VALUE;

  private final String format;
  private final List<Object> values;
  private final Budget budget;
  private final BoundedText out;
  private int at;
  private int used;
  private boolean chosen;

  private GoFormat(String format, List<Object> values, Budget budget) {
    this.format = format;
    this.values = values;
    this.budget = budget;
    this.out = new BoundedText(budget);
  }

  public static String format(String format, List<Object> values, Budget budget) {
    return new GoFormat(format, values, budget).run();
  }

  /** What stands between the percent sign and the verb. */
  private record Layout(String flags, int width, int precision) {
    boolean has(char flag) {
      return flags.indexOf(flag) >= 0;
    }
  }

  private String run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        out.add(format.substring(at));
        break;
      }
      out.add(format.substring(at, percent));
      at = percent + 1;
      verb();
    }
    if (!chosen && used < values.size()) {
      extra();
    }
    return out.text();
  }

  private void extra() {
    out.add("%!(EXTRA ");
    for (int i = used; i < values.size(); i++) {
      out.add(i == used ? "" : ", ");
      Object value = values.get(i);
      out.add(value == null ? "<nil>" : Values.type(value) + "=" + GoPrint.print(value, budget));
    }
    out.add(')');
  }

  private void verb() {
    int from = at;
    while (at < format.length() && "-+# 0".indexOf(format.charAt(at)) >= 0) {
      at++;
    }
    String flags = format.substring(from, at);
    int width = number();
    if (width == UNFIT) {
      out.add("%!(BADWIDTH)");
      width = -1;
    } else if (width < -1) {
      flags += "-";
      width = -width;
    }
    int precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = Math.max(0, number());
    }
    chooseValue();
    if (at >= format.length()) {
      out.add("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.add('%');
    } else if (used >= values.size()) {
      out.add("%!" + Character.toString(verb) + (chosen ? "(BADINDEX)" : "(MISSING)"));
    } else {
      Object value = values.get(used++);
      out.add(
          pad(one((char) verb, value, new Layout(flags, width, precision)), flags, width, value));
    }
  }

  /** Reads {@code [n]}, which says that the n-th value is next. */
  private void chooseValue() {
    int end = format.indexOf(']', at);
    if (at >= format.length() || format.charAt(at) != '[' || end < 0 || end - at > 5) {
      return;
    }
    String number = format.substring(at + 1, end);
    if (!number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      used = Math.max(0, Integer.parseInt(number) - 1);
      at = end + 1;
      chosen = true;
    }
  }

  /** Reads a number or takes it from the values; -1 if there is none. */
  private int number() {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Object value = used < values.size() ? values.get(used++) : null;
      return value instanceof Long number && number >= -WIDEST && number <= WIDEST
          ? number.intValue()
          : UNFIT;
    }
    int from = at;
    long number = 0;
    while (at < format.length() && Character.isDigit(format.charAt(at))) {
      number = Math.min(WIDEST + 1L, 10 * number + Character.digit(format.charAt(at), 10));
      at++;
    }
    return from == at ? -1 : number > WIDEST ? UNFIT : (int) number;
  }

  private static String pad(String text, String flags, int width, @Nullable Object value) {
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (flags.indexOf('-') >= 0) {
      return text + " ".repeat(missing);
    }
    if (flags.indexOf('0') < 0) {
      return " ".repeat(missing) + text;
    }
    boolean signed =
        value instanceof Number && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0;
    return signed
        ? text.charAt(0) + "0".repeat(missing) + text.substring(1)
        : "0".repeat(missing) + text;
  }

  private String one(char verb, @Nullable Object value, Layout layout) {
    if (verb == 'T') {
      return value == null ? "<nil>" : Values.type(value);
    }
    if (verb == 'v') {
      return plain(value, layout);
    }
    return switch (value) {
      case null -> bad(verb, null);
      case List<?> list -> nested(verb, list, layout);
      case Map<?, ?> map -> nested(verb, map, layout);
      case Boolean b -> verb == 't' ? b.toString() : bad(verb, b);
      case Long number -> whole(verb, number, layout);
      case Double number -> fraction(verb, number, layout);
      default -> text(verb, value, layout);
    };
  }

  private String plain(@Nullable Object value, Layout layout) {
    if (layout.has('#') && value instanceof String text) {
      return GoPrint.quote(text, false);
    }
    if (layout.has('+') && value instanceof Long number && number >= 0) {
      return "+" + number;
    }
    if (value instanceof Double number && layout.precision() >= 0) {
      return fraction('g', number, layout);
    }
    return value instanceof String text ? cut(text, layout) : GoPrint.print(value, budget);
  }

  private static String cut(String text, Layout layout) {
    return layout.precision() < 0 || text.codePointCount(0, text.length()) <= layout.precision()
        ? text
        : text.substring(0, text.offsetByCodePoints(0, layout.precision()));
  }

  private String bad(char verb, @Nullable Object value) {
    return value == null
        ? "%!" + verb + "(<nil>)"
        : "%!" + verb + "(" + Values.type(value) + "=" + GoPrint.print(value, budget) + ")";
  }

  private String nested(char verb, Object value, Layout layout) {
    budget.enter();
    BoundedText text = new BoundedText(budget);
    if (value instanceof List<?> list) {
      String between = "[";
      for (Object item : list) {
        text.add(between).add(one(verb, item, layout));
        between = " ";
      }
      text.add(list.isEmpty() ? "[]" : "]");
    } else {
      String between = "map[";
      Map<String, Object> map = GoPrint.sorted((Map<?, ?>) value);
      for (Map.Entry<String, Object> entry : map.entrySet()) {
        text.add(between).add(one(verb, entry.getKey(), layout)).add(':');
        text.add(one(verb, entry.getValue(), layout));
        between = " ";
      }
      text.add(map.isEmpty() ? "map[]" : "]");
    }
    budget.leave();
    return text.text();
  }

  private String whole(char verb, long number, Layout layout) {
    return switch (verb) {
      case 'd' -> signed(zeros(Long.toString(Math.abs(number)), layout), number < 0, layout);
      case 'b' -> signed(zeros(Long.toString(Math.abs(number), 2), layout), number < 0, layout);
      case 'o' ->
          signed(
              (layout.has('#') ? "0" : "") + zeros(Long.toString(Math.abs(number), 8), layout),
              number < 0,
              layout);
      case 'O' -> signed("0o" + Long.toString(Math.abs(number), 8), number < 0, layout);
      case 'x' ->
          signed(
              (layout.has('#') ? "0x" : "") + zeros(Long.toString(Math.abs(number), 16), layout),
              number < 0,
              layout);
      case 'X' ->
          signed(
              (layout.has('#') ? "0X" : "")
                  + zeros(Long.toString(Math.abs(number), 16), layout).toUpperCase(Locale.ROOT),
              number < 0,
              layout);
      case 'c' ->
          Character.isValidCodePoint((int) number) ? Character.toString((int) number) : "\uFFFD";
      case 'q' -> GoPrint.character((int) number, layout.has('+'));
      case 'U' -> String.format("U+%04X", number);
      default -> bad(verb, number);
    };
  }

  private static String zeros(String digits, Layout layout) {
    int missing = layout.precision() - digits.length();
    return missing > 0 ? "0".repeat(missing) + digits : digits;
  }

  private static String signed(String digits, boolean negative, Layout layout) {
    return (negative ? "-" : layout.has('+') ? "+" : layout.has(' ') ? " " : "") + digits;
  }

  private String fraction(char verb, double number, Layout layout) {
    int precision = layout.precision();
    String text =
        switch (verb) {
          case 'e', 'E' -> GoFloat.exponent(number, precision < 0 ? 6 : precision, verb);
          case 'f', 'F' -> GoFloat.fixed(number, precision < 0 ? 6 : precision);
          case 'g' -> GoFloat.general(number, precision, 'e');
          case 'G' -> GoFloat.general(number, precision, 'E');
          default -> bad(verb, number);
        };
    boolean plus = !text.startsWith("-") && !text.startsWith("+") && !text.startsWith("%");
    return plus && layout.has('+') ? "+" + text : plus && layout.has(' ') ? " " + text : text;
  }

  private String text(char verb, Object value, Layout layout) {
    String text = GoPrint.print(value, budget);
    return switch (verb) {
      case 's' -> cut(text, layout);
      case 'q' -> {
        String cut = cut(text, layout);
        yield layout.has('#') && cut.indexOf('`') < 0 && cut.indexOf('\n') < 0
            ? "`" + cut + "`"
            : GoPrint.quote(cut, layout.has('+'));
      }
      case 'x' -> hexadecimal(text);
      case 'X' -> hexadecimal(text).toUpperCase(Locale.ROOT);
      default -> bad(verb, value);
    };
  }

  private static String hexadecimal(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
