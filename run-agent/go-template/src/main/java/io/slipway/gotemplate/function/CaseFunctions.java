package io.slipway.gotemplate.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Functions that change the case of texts, or find their words. */
final class CaseFunctions {
  private CaseFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("upper", 1, a -> a.budget().made(each(a.text(0), Character::toUpperCase)))
        .add("lower", 1, a -> a.budget().made(each(a.text(0), Character::toLowerCase)))
        .add("title", 1, a -> a.budget().made(title(a.text(0))))
        .add("untitle", 1, a -> a.budget().made(untitle(a.text(0))))
        .add("swapcase", 1, a -> a.budget().made(swapCase(a.text(0))))
        .add("snakecase", 1, a -> a.budget().made(joined(a.text(0), '_')))
        .add("kebabcase", 1, a -> a.budget().made(joined(a.text(0), '-')))
        .add("camelcase", 1, a -> a.budget().made(camel(a.text(0))))
        .add("nospace", 1, a -> a.budget().made(withoutBlanks(a.text(0))))
        .add("initials", 1, a -> a.budget().made(initials(a.text(0))));
  }

  /** Changes character by character, as Go does: there is no capital letter for ß. */
  private static String each(String text, IntUnaryOperator change) {
    int[] all = text.codePoints().map(change).toArray();
    return new String(all, 0, all.length);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    int before = ' ';
    for (int c : text.codePoints().toArray()) {
      boolean starts = !Character.isLetterOrDigit(before) && before != '_';
      boolean separates = before < 0x80 || Character.isWhitespace(before);
      out.appendCodePoint(starts && separates ? Character.toTitleCase(c) : c);
      before = c;
    }
    return out.toString();
  }

  private static String untitle(String text) {
    StringBuilder out = new StringBuilder();
    boolean starts = true;
    for (int c : text.codePoints().toArray()) {
      boolean blank = Character.isWhitespace(c);
      out.appendCodePoint(starts && !blank ? Character.toLowerCase(c) : c);
      starts = blank;
    }
    return out.toString();
  }

  /** The other case; a small letter that begins a word becomes its title form. */
  private static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    boolean afterBlank = true;
    for (int c : text.codePoints().toArray()) {
      boolean big = Character.isUpperCase(c) || Character.isTitleCase(c);
      boolean small = Character.isLowerCase(c);
      int small2 = afterBlank ? Character.toTitleCase(c) : Character.toUpperCase(c);
      out.appendCodePoint(big ? Character.toLowerCase(c) : small ? small2 : c);
      afterBlank = !big && !small && Character.isWhitespace(c);
    }
    return out.toString();
  }

  private static String withoutBlanks(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().filter(c -> !Character.isWhitespace(c)).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static String initials(String text) {
    StringBuilder out = new StringBuilder();
    boolean starts = true;
    for (int c : text.codePoints().toArray()) {
      boolean blank = Character.isWhitespace(c);
      if (starts && !blank) {
        out.appendCodePoint(c);
      }
      starts = blank;
    }
    return out.toString();
  }

  /** Small letters, with a character between the words. */
  private static String joined(String text, char between) {
    return String.join(String.valueOf(between), words(text)).toLowerCase(Locale.ROOT);
  }

  /** Words with a capital letter at their starts, written together. */
  private static String camel(String text) {
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
