package io.slipway.local.request;

import java.util.function.IntPredicate;

/**
 * A stranger's text as a terminal may show it. Control characters move the cursor, rename the
 * window or hide what stands before them, and marks of direction turn words around: both are shown
 * as the escapes that JSON has for them.
 */
public final class OnATerminal {
  private OnATerminal() {}

  /** One line: a line break is an escape, too. */
  public static String line(String text) {
    return shown(text, OnATerminal::isPlain);
  }

  /** Several lines, as they are. */
  static String text(String text) {
    return shown(text, point -> point == '\n' || point == '\t' || isPlain(point));
  }

  private static String shown(String text, IntPredicate plain) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          if (plain.test(point)) {
            shown.appendCodePoint(point);
          } else {
            for (char unit : Character.toChars(point)) {
              shown.append("\\u%04x".formatted((int) unit));
            }
          }
        });
    return shown.toString();
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
