package io.slipway.builder.dockerfile;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Patterns of paths as Docker has them: {@code *} and {@code ?} within one part of a path, {@code
 * […]} for a letter of a list, {@code **} for any parts. Matching takes time in proportion to the
 * path's length, whatever the pattern.
 */
public final class PathPattern {
  private PathPattern() {}

  /**
   * What matches a whole name, in which {@code **} is {@code *}.
   *
   * @throws IllegalArgumentException if a list is not one, such as {@code [z-a]}
   */
  public static Pattern of(String glob) {
    return compile(expression(glob, false), glob);
  }

  /** What matches a whole path, or one below it. */
  static Pattern orBelow(String glob) {
    return compile(expression(glob, true) + "(?:/.*)?", glob);
  }

  private static Pattern compile(String expression, String glob) {
    try {
      return Pattern.compile("(?s)" + expression);
    } catch (PatternSyntaxException malformed) {
      throw new IllegalArgumentException(
          "'" + glob + "' is not a valid pattern: " + malformed.getDescription(), malformed);
    }
  }

  private static String expression(String glob, boolean deep) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (deep && c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        i++;
        String rest = glob.substring(i + 1);
        if (rest.isEmpty() || regex.isEmpty() && isPlain(rest)) {
          regex.append(".*"); // all that begins so, all that ends so
        } else {
          i += rest.startsWith("/") ? 1 : 0;
          regex.append("(?:.*/)?");
        }
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (c == '[') {
        i = bracket(glob, i, regex);
      } else if (c == '\\' && i + 1 < glob.length()) {
        regex.append(Pattern.quote(String.valueOf(glob.charAt(++i))));
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static boolean isPlain(String rest) {
    return !rest.startsWith("/") && rest.chars().noneMatch(c -> "*?[]\\".indexOf(c) >= 0);
  }

  private static int bracket(String glob, int at, StringBuilder regex) {
    int end = glob.indexOf(']', at + 2);
    if (end < 0) {
      regex.append("\\[");
      return at;
    }
    String inside = glob.substring(at + 1, end).replace("\\", "\\\\").replace("[", "\\[");
    regex.append('[').append(inside).append(']');
    return end;
  }
}
