package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Budget.BoundedText;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoPrint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Functions that search, cut, join and repeat texts. */
final class TextFunctions {
  private TextFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("hello", 0, a -> "Hello!")
        .add("trim", 1, a -> a.text(0).strip())
        .add("trimAll", 2, a -> trim(a.text(1), a.text(0)))
        .alias("trimall", "trimAll")
        .add("trimPrefix", 2, a -> withoutPrefix(a.text(1), a.text(0)))
        .add("trimSuffix", 2, a -> withoutSuffix(a.text(1), a.text(0)))
        .add("contains", 2, TextFunctions::contains)
        .add("hasPrefix", 2, a -> a.text(1).startsWith(a.text(0)))
        .add("hasSuffix", 2, a -> a.text(1).endsWith(a.text(0)))
        .add("repeat", 2, TextFunctions::repeat)
        .add("replace", 3, a -> replace(a.text(2), a.text(0), a.text(1), a.budget()))
        .add("indent", 2, a -> indent(a, ""))
        .add("nindent", 2, a -> indent(a, "\n"))
        .addVariadic("quote", 0, a -> quoted(a, true))
        .addVariadic("squote", 0, a -> quoted(a, false))
        .addVariadic("cat", 0, TextFunctions::concatenate)
        .add("plural", 3, a -> a.whole(2) == 1 ? a.text(0) : a.text(1))
        .add("toString", 1, a -> GoPrint.print(a.any(0), a.budget()))
        .add("toStrings", 1, a -> new ArrayList<Object>(texts(a.any(0), a.budget())))
        .add("join", 2, a -> join(a.text(0), texts(a.any(1), a.budget()), a.budget()))
        .add("splitList", 2, a -> list(parts(a.text(1), a.text(0), -1, a.budget())))
        .add("split", 2, a -> numbered(parts(a.text(1), a.text(0), -1, a.budget())))
        .add("splitn", 3, a -> numbered(parts(a.text(2), a.text(0), a.whole(1), a.budget())));
  }

  private static List<Object> list(List<String> parts) {
    return new ArrayList<>(parts);
  }

  private static Map<String, Object> numbered(List<String> parts) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String part : parts) {
      map.put("_" + map.size(), part);
    }
    return map;
  }

  private static String trim(String text, String characters) {
    Set<Integer> cut = characters.codePoints().boxed().collect(Collectors.toSet());
    int from = 0;
    int to = text.length();
    while (from < to && cut.contains(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (to > from && cut.contains(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static boolean contains(Arguments a) {
    a.budget().search(a.text(1), a.text(0));
    return a.text(1).contains(a.text(0));
  }

  private static String repeat(Arguments a) {
    int count = a.whole(0);
    String text = a.text(1);
    if (count < 0) {
      throw new Failure("negative repeat count");
    }
    a.budget().text((long) count * text.length());
    return text.repeat(count);
  }

  private static String replace(String text, String old, String with, Budget budget) {
    List<String> parts = new ArrayList<>();
    if (old.isEmpty()) {
      parts.add("");
      parts.addAll(parts(text, "", -1, budget));
      parts.add("");
    } else {
      parts = parts(text, old, -1, budget);
    }
    return join(with, parts, budget);
  }

  private static String join(String separator, List<String> parts, Budget budget) {
    BoundedText out = new BoundedText(budget);
    for (int i = 0; i < parts.size(); i++) {
      out.add(i == 0 ? "" : separator).add(parts.get(i));
    }
    return out.text();
  }

  private static String indent(Arguments a, String before) {
    int width = a.whole(0);
    if (width < 0) {
      throw new Failure("negative repeat count");
    }
    a.budget().text(width);
    String pad = " ".repeat(width);
    return a.budget().made(before + pad + replace(a.text(1), "\n", "\n" + pad, a.budget()));
  }

  private static String quoted(Arguments a, boolean isDouble) {
    BoundedText out = new BoundedText(a.budget());
    String between = "";
    for (Object value : a.values()) {
      if (value != null) {
        String text = GoPrint.print(value, a.budget());
        out.add(between).add(isDouble ? GoPrint.quote(text, false) : "'" + text + "'");
        between = " ";
      }
    }
    return out.text();
  }

  private static String concatenate(Arguments a) {
    List<String> texts = new ArrayList<>();
    for (Object value : a.values()) {
      if (value != null) {
        texts.add(GoPrint.print(value, a.budget()));
      }
    }
    return join(" ", texts, a.budget());
  }

  /** Texts of the elements that are there; of another value, the value's text. */
  static List<String> texts(@Nullable Object value, Budget budget) {
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      budget.elements(list.size());
      for (Object item : list) {
        if (item != null) {
          texts.add(GoPrint.print(item, budget));
        }
      }
    } else if (value != null) {
      texts.add(GoPrint.print(value, budget));
    }
    return texts;
  }

  /** Parts of a text between separators, at most so many; an empty separator gives characters. */
  private static List<String> parts(String text, String separator, int most, Budget budget) {
    budget.text(text.length());
    budget.search(text, separator);
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (most < 0 || parts.size() < most - 1) {
      int end = end(text, separator, at);
      if (end < 0) {
        break;
      }
      budget.elements(1);
      parts.add(text.substring(at, end));
      at = end + separator.length();
    }
    if (most != 0 && !(separator.isEmpty() && at == text.length())) {
      parts.add(text.substring(at));
    }
    return parts;
  }

  private static int end(String text, String separator, int at) {
    if (!separator.isEmpty()) {
      return text.indexOf(separator, at);
    }
    return at >= text.length() ? -1 : at + Character.charCount(text.codePointAt(at));
  }
}
