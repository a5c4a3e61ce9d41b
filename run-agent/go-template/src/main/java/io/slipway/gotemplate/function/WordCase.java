package io.slipway.gotemplate.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds the words of a name in any case, and writes them in another. */
final class WordCase {
  private WordCase() {}

  /** Small letters, with a character between the words. */
  static String joined(String text, char between) {
    return String.join(String.valueOf(between), words(text)).toLowerCase(Locale.ROOT);
  }

  /** Words with a capital letter at their starts, written together. */
  static String camel(String text) {
    StringBuilder out = new StringBuilder();
    boolean starts = true;
    for (int c : text.codePoints().toArray()) {
      if (c == '_' || c == '-' || c == ' ') {
        starts = true;
        continue;
      }
      out.appendCodePoint(starts ? Character.toUpperCase(c) : Character.toLowerCase(c));
      starts = false;
    }
    return out.toString();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int[] all = text.codePoints().toArray();
    for (int i = 0; i < all.length; i++) {
      boolean separator = all[i] == '_' || all[i] == '-' || Character.isWhitespace(all[i]);
      if (separator || i > 0 && starts(all, i)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      }
      if (!separator) {
        word.appendCodePoint(all[i]);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** Whether a word starts within a run of letters and digits. */
  private static boolean starts(int[] all, int at) {
    int before = all[at - 1];
    int here = all[at];
    if (Character.isUpperCase(here)) {
      boolean smallFollows = at + 1 < all.length && Character.isLowerCase(all[at + 1]);
      return !Character.isUpperCase(before) || smallFollows;
    }
    return Character.isDigit(here) && Character.isLetter(before);
  }
}
