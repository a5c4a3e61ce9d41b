package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.GoPrint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What counts as the text of a value, or the texts of a list. */
final class Texts {
  private Texts() {}

  static String of(@Nullable Object value, Budget budget) {
    return GoPrint.print(value, budget);
  }

  /** Texts of the elements that are there; of another value, the value's text. */
  static List<String> all(@Nullable Object value, Budget budget) {
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      budget.elements(list.size());
      for (Object item : list) {
        if (item != null) {
          texts.add(of(item, budget));
        }
      }
    } else if (value != null) {
      texts.add(of(value, budget));
    }
    return texts;
  }

  /** Parts of a text between separators, at most so many; an empty separator gives characters. */
  static List<String> split(String text, String separator, int most, Budget budget) {
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
