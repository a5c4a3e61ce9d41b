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
  private final Kind kind;
  private final int depth;
  private int at;

  private VariableExpander(
      String text,
      char escape,
      Function<String, @Nullable String> variables,
      Kind kind,
      int depth) {
    this.text = text;
    this.escape = escape;
    this.variables = variables;
    this.kind = kind;
    this.depth = depth;
  }

  /** Replaces variables; unknown ones are empty. */
  public static String expand(
      String text, char escape, Function<String, @Nullable String> variables) throws BadVariable {
    return new VariableExpander(text, escape, variables, Kind.WORD, 0).all();
  }

  /** Replaces variables in a here-document: quotes stay, an escape makes the next letter itself. */
  public static String expandText(
      String text, char escape, Function<String, @Nullable String> variables) throws BadVariable {
    return new VariableExpander(text, escape, variables, Kind.TEXT, 0).all();
  }

  /** A variable cannot be replaced. */
  public static final class BadVariable extends Exception {
    private static final long serialVersionUID = 1L;

    BadVariable(String message) {
      super(message);
    }
  }

  private String all() throws BadVariable {
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'' && kind != Kind.TEXT) {
        single(out);
      } else if (c == '"' && kind != Kind.TEXT) {
        quoted(out);
      } else if (c == escape && at + 1 < text.length()) {
        out.append(text, kind == Kind.PATTERN ? at : at + 1, at + 2);
        at += 2;
      } else if (c == '$') {
        append(out, variable());
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  /** Bounded, since variables that name one another twice would soon fill any memory. */
  private void append(StringBuilder out, String value) throws BadVariable {
    int longest = kind == Kind.TEXT ? DockerfileParser.LONGEST : LONGEST;
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

  private void quoted(StringBuilder out) throws BadVariable {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '$') {
        append(out, variable());
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

  private String variable() throws BadVariable {
    at++;
    if (at >= text.length()) {
      return "$";
    }
    if (text.charAt(at) == '{') {
      return braces();
    }
    String name = name();
    return name.isEmpty() ? "$" : value(name);
  }

  private String braces() throws BadVariable {
    int end = closing();
    String inside = text.substring(at + 1, end);
    at = end + 1;
    int length = 0;
    while (length < inside.length() && isNamePart(inside.charAt(length))) {
      length++;
    }
    String name = inside.substring(0, length);
    String rest = inside.substring(length);
    if (name.isEmpty()) {
      throw new BadVariable("'${" + inside + "}' names no variable");
    }
    if (rest.isEmpty()) {
      return value(name);
    }
    boolean colon = rest.startsWith(":");
    String operation = colon ? rest.substring(1) : rest;
    if (operation.isEmpty()) {
      throw new BadVariable("'${" + inside + "}' is not understood");
    }
    return modified(name, colon, operation.charAt(0), operation.substring(1), inside);
  }

  private String modified(String name, boolean colon, char operator, String word, String inside)
      throws BadVariable {
    String value = variables.apply(name);
    boolean there = value != null && !(colon && value.isEmpty());
    return switch (operator) {
      case '-' -> there ? value(name) : nested(word);
      case '+' -> there ? nested(word) : "";
      case '?' -> {
        if (!there) {
          throw new BadVariable(name + ": " + (word.isEmpty() ? "is not set" : nested(word)));
        }
        yield value(name);
      }
      case '#', '%', '/' -> {
        if (colon) {
          throw new BadVariable("'${" + inside + "}' is not understood");
        }
        yield changed(value(name), operator, word);
      }
      default -> throw new BadVariable("'${" + inside + "}' is not understood");
    };
  }

  /** The value without what a pattern finds at its begin or end, or with that replaced. */
  private String changed(String value, char operator, String word) throws BadVariable {
    boolean twice = !word.isEmpty() && word.charAt(0) == operator;
    String rest = twice ? word.substring(1) : word;
    int slash = operator == '/' ? slash(rest) : rest.length();
    String glob = nested(rest.substring(0, slash), Kind.PATTERN);
    String replacement = slash < rest.length() ? nested(rest.substring(slash + 1)) : "";
    VariablePattern pattern = new VariablePattern(glob, escape);
    return switch (operator) {
      case '#' -> pattern.withoutStart(value, twice);
      case '%' -> pattern.withoutEnd(value, twice);
      default -> pattern.replace(value, replacement, twice, LONGEST);
    };
  }

  /** The first slash that is neither escaped nor part of another variable. */
  private int slash(String word) {
    int open = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == escape) {
        i++;
      } else if (c == '{') {
        open++;
      } else if (c == '}') {
        open--;
      } else if (c == '/' && open == 0) {
        return i;
      }
    }
    return word.length();
  }

  private String nested(String word) throws BadVariable {
    return nested(word, kind);
  }

  private String nested(String word, Kind as) throws BadVariable {
    if (depth >= DEEPEST) {
      throw new BadVariable("variables are nested too deeply");
    }
    return new VariableExpander(word, escape, variables, as, depth + 1).all();
  }

  private int closing() throws BadVariable {
    int open = 0;
    for (int i = at; i < text.length(); i++) {
      if (text.charAt(i) == escape) {
        i++;
      } else if (text.charAt(i) == '{') {
        open++;
      } else if (text.charAt(i) == '}' && --open == 0) {
        return i;
      }
    }
    throw new BadVariable("'${' is not closed in: " + text);
  }

  private String name() {
    int start = at;
    if (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    } else {
      while (at < text.length() && isNamePart(text.charAt(at))) {
        at++;
      }
    }
    return text.substring(start, at);
  }

  private static boolean isNamePart(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private String value(String name) {
    String value = variables.apply(name);
    return value == null ? "" : value;
  }
}
