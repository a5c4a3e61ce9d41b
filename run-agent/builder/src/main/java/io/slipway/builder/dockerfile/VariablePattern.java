package io.slipway.builder.dockerfile;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.builder.dockerfile.VariableExpander.BadVariable;

/**
 * A pattern in a variable, {@code ${V#v}}, {@code ${V%.*}}, {@code ${V//./-}}: {@code *} stands for
 * any letters, {@code ?} for one, an escape before a letter for that letter.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">Environment
 *     replacement</a>
 */
final class VariablePattern {
  private final String greedy;
  private final String lazy;

  VariablePattern(String glob, char escape) {
    this.greedy = expression(glob, escape, ".*");
    this.lazy = expression(glob, escape, ".*?");
  }

  private static String expression(String glob, char escape, String any) {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*') {
        expression.append(any);
      } else if (c == '?') {
        expression.append('.');
      } else {
        char letter = c == escape && i + 1 < glob.length() ? glob.charAt(++i) : c;
        expression.append(Pattern.quote(String.valueOf(letter)));
      }
    }
    return expression.toString();
  }

  /** Without the shortest or longest start that the pattern stands for. */
  String withoutStart(String value, boolean longest) {
    Matcher start = matcher("^(?:" + (longest ? greedy : lazy) + ")", value);
    return start.find() ? value.substring(start.end()) : value;
  }

  /** Without the shortest or longest end that the pattern stands for. */
  String withoutEnd(String value, boolean longest) {
    // What stays is as short as can be for the longest end.
    Matcher end = matcher("^(" + (longest ? ".*?" : ".*") + ")(?:" + greedy + ")$", value);
    return end.find() ? value.substring(0, end.end(1)) : value;
  }

  /** With its first, or every, part that the pattern stands for replaced. */
  String replace(String value, String by, boolean every, int longest) throws BadVariable {
    Matcher part = matcher(greedy, value);
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    while (!greedy.isEmpty() && part.find()) {
      if (part.end() == from && from > 0) {
        break; // nothing, right after the last part
      }
      if (replaced.length() + by.length() > longest) {
        throw new BadVariable("with its variables it is longer than " + longest + " characters");
      }
      replaced.append(value, from, part.start()).append(by);
      from = part.end();
      if (!every) {
        break;
      }
    }
    return replaced.append(value, from, value.length()).toString();
  }

  private static Matcher matcher(String expression, String value) {
    return Pattern.compile("(?s)" + expression).matcher(value);
  }
}
