package io.slipway.agent.log;

import com.google.re2j.Pattern;

/**
 * Makes a line harmless for whoever reads it in a terminal or a page: colours stay, every other
 * control character becomes a visible sign, so that a program can neither overwrite what is on the
 * screen nor give orders to the reader's terminal.
 */
final class SanitizedLine {
  private static final char ESCAPE = 0x1B;
  private static final Pattern CURSOR = Pattern.compile("\\x1b\\[\\??[0-9;]*[A-HJKSThl]");

  /** First of the pictures that Unicode has for the characters from 0 to 31. */
  private static final char PICTURES = 0x2400;

  private static final char PICTURE_OF_DELETE = 0x2421;
  private static final char NO_PICTURE = 0xFFFD;

  private SanitizedLine() {}

  /**
   * The line without what moves the cursor or erases, {@code ESC [ 2 K}: programs that draw over
   * their lines print it, and a log has nothing to erase.
   */
  static String withoutCursor(String line) {
    return line.indexOf(ESCAPE) < 0 ? line : CURSOR.matcher(line).replaceAll("");
  }

  static String of(String line) {
    int at = 0;
    while (at < line.length() && !isControl(line.charAt(at))) {
      at++;
    }
    if (at == line.length()) {
      return line;
    }
    StringBuilder sanitized = new StringBuilder(line.length() + 16).append(line, 0, at);
    while (at < line.length()) {
      int colour = endOfColour(line, at);
      if (colour > at) {
        sanitized.append(line, at, colour);
        at = colour;
      } else {
        sanitized.append(sign(line.charAt(at)));
        at++;
      }
    }
    return sanitized.toString();
  }

  private static boolean isControl(char c) {
    return c < 0x20 && c != '\t' || c >= 0x7F && c <= 0x9F;
  }

  private static char sign(char c) {
    if (!isControl(c)) {
      return c;
    }
    if (c < 0x20) {
      return (char) (PICTURES + c);
    }
    return c == 0x7F ? PICTURE_OF_DELETE : NO_PICTURE;
  }

  /** Where a sequence that sets colour or weight ends ({@code ESC [ 1;31 m}); the start if none. */
  private static int endOfColour(String line, int start) {
    if (line.charAt(start) != ESCAPE
        || start + 1 >= line.length()
        || line.charAt(start + 1) != '[') {
      return start;
    }
    for (int at = start + 2; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == 'm') {
        return at + 1;
      }
      if (c != ';' && (c < '0' || c > '9')) {
        return start;
      }
    }
    return start;
  }
}
