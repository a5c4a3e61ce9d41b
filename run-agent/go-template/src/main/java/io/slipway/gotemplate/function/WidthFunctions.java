package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget.BoundedText;
import io.slipway.gotemplate.value.Failure;

/** Functions that change the length of texts and break their lines. Lengths are in characters. */
final class WidthFunctions {
  private static final String DOTS = "...";
  private static final int SHORTEST_BOTH = 7;

  private WidthFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("trunc", 2, a -> truncate(a.whole(0), a.text(1)))
        .add("substr", 3, a -> substring(a.whole(0), a.whole(1), a.text(2)))
        .add("abbrev", 2, a -> abbreviate(a.text(1), 0, a.whole(0)))
        .add("abbrevboth", 3, a -> abbreviateBoth(a.whole(0), a.whole(1), a.text(2)))
        .alias("abbrevBoth", "abbrevboth")
        .add("wrap", 2, a -> wrap(a, a.whole(0), "\n", a.text(1), false))
        .add("wrapWith", 3, a -> wrap(a, a.whole(0), a.text(1), a.text(2), true));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String part(String text, int from, int to) {
    return text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
  }

  private static String truncate(int count, String text) {
    int length = length(text);
    if (count < 0) {
      return length + count > 0 ? part(text, length + count, length) : text;
    }
    return length > count ? part(text, 0, count) : text;
  }

  private static String substring(int start, int end, String text) {
    int length = length(text);
    int from = Math.max(0, start);
    int to = end < 0 && start >= 0 || end > length ? length : end;
    if (from > to) {
      throw new Failure(
          "slice bounds out of range [" + from + ":" + to + "] with length " + length);
    }
    return part(text, from, to);
  }

  private static String abbreviateBoth(int left, int right, String text) {
    boolean tooNarrow = right < DOTS.length() + 1 || left > 0 && right < SHORTEST_BOTH;
    return tooNarrow ? text : abbreviate(text, left, right);
  }

  /** Dots stand for what is left out, at the end, or at the start and at the end. */
  private static String abbreviate(String text, int from, int width) {
    int length = length(text);
    if (width <= DOTS.length() || length <= width) {
      return text;
    }
    int room = width - DOTS.length();
    int offset = Math.min(Math.min(Math.max(from, 0), length), Math.max(length - room, 0));
    if (from >= 0 && length - from >= room) {
      offset = Math.min(from, length);
    }
    if (offset <= DOTS.length() + 1) {
      return part(text, 0, room) + DOTS;
    }
    if (width < SHORTEST_BOTH) {
      return "";
    }
    return offset + room < length
        ? DOTS + abbreviate(part(text, offset, length), 0, room)
        : DOTS + part(text, length - room, length);
  }

  /** Breaks at blanks, and within words that are too long if asked to. */
  private static String wrap(
      Arguments a, int width, String feed, String text, boolean breaksWords) {
    int most = Math.max(1, width);
    String newLine = feed.isEmpty() ? "\n" : feed;
    BoundedText out = new BoundedText(a.budget());
    int at = 0;
    while (text.length() - at > most) {
      a.budget().steps(1 + most / 64);
      if (text.charAt(at) == ' ') {
        at++;
        continue;
      }
      int blank = at + most;
      while (blank >= at && text.charAt(blank) != ' ') {
        blank--;
      }
      if (blank >= at) {
        out.add(text.substring(at, blank)).add(newLine);
        at = blank + 1;
      } else if (breaksWords) {
        int end = Character.isHighSurrogate(text.charAt(at + most - 1)) ? at + most + 1 : at + most;
        out.add(text.substring(at, end)).add(newLine);
        at = end;
      } else {
        int next = text.indexOf(' ', at + most);
        if (next < 0) {
          break;
        }
        out.add(text.substring(at, next)).add(newLine);
        at = next + 1;
      }
    }
    return out.add(text.substring(at)).text();
  }
}
