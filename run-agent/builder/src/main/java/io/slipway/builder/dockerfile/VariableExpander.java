package io.slipway.builder.dockerfile;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables and takes quotes off, as BuildKit does in every instruction but RUN, CMD and
 * ENTRYPOINT: {@code $V}, {@code ${V}}, {@code ${V:-d}}, {@code ${V:+a}}, {@code ${V:?e}} and the
 * forms without a colon, which look only whether the variable is set; and what takes a part of the
 * value away or replaces it, see {@link VariablePattern}.
 */
public final class VariableExpander {
  private static final int DEEPEST = 20;

  /** Names that only a shell gives a value to; here all of them are empty, as in BuildKit. */
  private static final String SPECIAL = "@*#?-$!";

  /** Most characters of what comes out: Linux starts no program with a longer word. */
  private static final int LONGEST = 131_072;

  /** What quotes and escapes mean where a text stands. */
  private enum Kind {
    /** Both are taken off. */
    WORD,
    /** Quotes are letters like others, as in a here-document. */
    TEXT,
    /** Escapes stay, for whoever reads the pattern. */
    PATTERN
  }

  private final String text;
  private final char escape;
  private final Function<String, @Nullable String> variables;
  private final int longest;
  private int depth;
  private int at;

  private VariableExpander(
      String text, char escape, Function<String, @Nullable String> variables, int longest) {
    this.text = text;
    this.escape = escape;
    this.variables = variables;
    this.longest = longest;
  }

  /** Replaces variables; unknown ones are empty. */
  public static String expand(
      String text, char escape, Function<String, @Nullable String> variables) throws BadVariable {
    return new VariableExpander(text, escape, variables, LONGEST).read(Kind.WORD, "");
  }

  /**
   * Replaces variables in a here-document: quotes stay, a backslash, whatever the file's escape is,
   * makes the next letter itself.
   */
  public static String expandText(String text, Function<String, @Nullable String> variables)
      throws BadVariable {
    return new VariableExpander(text, '\\', variables, DockerfileParser.LONGEST)
        .read(Kind.TEXT, "");
  }

  /** A variable cannot be replaced. */
  public static final class BadVariable extends Exception {
    private static final long serialVersionUID = 1L;

    BadVariable(String message) {
      super(message);
    }
  }

  /**
   * Reads to the end, or up to a letter of {@code stops} that stands there by itself: neither in
   * quotes, nor escaped, nor in a variable. That letter is read by the caller.
   */
  private String read(Kind kind, String stops) throws BadVariable {
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (stops.indexOf(c) >= 0) {
        return out.toString();
      } else if (c == '\'' && kind != Kind.TEXT) {
        single(out);
      } else if (c == '"' && kind != Kind.TEXT) {
        quoted(kind, out);
      } else if (c == escape && at + 1 < text.length()) {
        out.append(text, kind == Kind.PATTERN ? at : at + 1, at + 2);
        at += 2;
      } else if (c == '$') {
        append(out, variable(kind));
      } else {
        out.append(c);
        at++;
      }
    }
    if (!stops.isEmpty()) {
      throw open();
    }
    return out.toString();
  }

  private BadVariable open() {
    return new BadVariable("'${' is not closed in: " + text);
  }

  /** Bounded, since variables that name one another twice would soon fill any memory. */
  private void append(StringBuilder out, String value) throws BadVariable {
    if (out.length() + value.length() > longest) {
      throw new BadVariable("with its variables it is longer than " + longest + " characters");
    }
    out.append(value);
  }

  private void single(StringBuilder out) throws BadVariable {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw new BadVariable("a single quote is not closed in: " + text);
    }
    out.append(text, at + 1, end);
    at = end + 1;
  }

  private void quoted(Kind kind, StringBuilder out) throws BadVariable {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '$') {
        append(out, variable(kind));
      } else if (c == escape
          && at + 1 < text.length()
          && (text.charAt(at + 1) == escape || "\"$".indexOf(text.charAt(at + 1)) >= 0)) {
        out.append(text.charAt(at + 1));
        at += 2;
      } else {
        out.append(c);
        at++;
      }
    }
    if (at >= text.length()) {
      throw new BadVariable("a double quote is not closed in: " + text);
    }
    at++;
  }

  private String variable(Kind kind) throws BadVariable {
    at++;
    if (at < text.length() && text.charAt(at) == '{') {
      return braces(kind);
    }
    String name = name();
    return name.isEmpty() ? "$" : value(name);
  }

  private String braces(Kind kind) throws BadVariable {
    int start = at - 1;
    at++;
    String name = name();
    if (at >= text.length()) {
      throw open();
    }
    if (name.isEmpty()) {
      throw new BadVariable("'" + shown(start) + "' names no variable");
    }
    if (++depth > DEEPEST) {
      throw new BadVariable("variables are nested too deeply");
    }
    String value = text.charAt(at) == '}' ? value(name) : modified(kind, name, start);
    depth--;
    at++;
    return value;
  }

  private String modified(Kind kind, String name, int start) throws BadVariable {
    boolean colon = text.charAt(at) == ':';
    at += colon ? 1 : 0;
    if (at >= text.length()) {
      throw open();
    }
    char operator = text.charAt(at++);
    if ("#%/".indexOf(operator) >= 0 && !colon) {
      return changed(kind, value(name), operator);
    }
    if ("-+?".indexOf(operator) < 0) {
      throw new BadVariable("'" + shown(start) + "' is not understood");
    }
    String word = read(kind, "}");
    String value = variables.apply(name);
    boolean there = value != null && !(colon && value.isEmpty());
    if (operator == '?' && !there) {
      throw new BadVariable(name + ": " + (word.isEmpty() ? "is not set" : word));
    }
    return there == (operator == '+') ? word : operator == '+' ? "" : value(name);
  }

  /** The value without what a pattern finds at its begin or end, or with that replaced. */
  private String changed(Kind kind, String value, char operator) throws BadVariable {
    boolean twice = at < text.length() && text.charAt(at) == operator;
    at += twice ? 1 : 0;
    String glob = read(Kind.PATTERN, operator == '/' ? "/}" : "}");
    VariablePattern pattern = new VariablePattern(glob, escape);
    if (operator != '/') {
      return operator == '#'
          ? pattern.withoutStart(value, twice)
          : pattern.withoutEnd(value, twice);
    }
    String replacement = "";
    if (text.charAt(at) == '/') {
      at++;
      replacement = read(kind, "}");
    }
    return pattern.replace(value, replacement, twice, LONGEST);
  }

  /** A variable as it is written, for messages. */
  private String shown(int start) {
    int end = text.indexOf('}', start);
    return end < 0 ? text.substring(start) : text.substring(start, end + 1);
  }

  /** As in a shell: a number, one of its special signs, or letters, digits and underscores. */
  private String name() {
    int start = at;
    if (at < text.length() && SPECIAL.indexOf(text.charAt(at)) >= 0) {
      at++;
      return text.substring(start, at);
    }
    boolean number = at < text.length() && Character.isDigit(text.charAt(at));
    while (at < text.length() && isNamePart(text.charAt(at), number)) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isNamePart(char c, boolean number) {
    return Character.isDigit(c) || !number && (c == '_' || Character.isLetter(c));
  }

  private String value(String name) {
    String value = variables.apply(name);
    return value == null ? "" : value;
  }
}
