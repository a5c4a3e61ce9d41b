package io.slipway.builder.dockerfile;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables and takes quotes off, as BuildKit does in every instruction but RUN, CMD and
 * ENTRYPOINT: {@code $V}, {@code ${V}}, {@code ${V:-d}}, {@code ${V:+a}}, {@code ${V:?e}} and the
 * forms without a colon, which look only whether the variable is set.
 */
public final class VariableExpander {
  private static final int DEEPEST = 20;

  /** Most characters of what comes out: Linux starts no program with a longer word. */
  private static final int LONGEST = 131_072;

  private final String text;
  private final char escape;
  private final Function<String, @Nullable String> variables;
  private final int depth;
  private int at;

  private VariableExpander(
      String text, char escape, Function<String, @Nullable String> variables, int depth) {
    this.text = text;
    this.escape = escape;
    this.variables = variables;
    this.depth = depth;
  }

  /** Replaces variables; unknown ones are empty. */
  public static String expand(
      String text, char escape, Function<String, @Nullable String> variables) throws BadVariable {
    return new VariableExpander(text, escape, variables, 0).all();
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
      if (c == '\'') {
        single(out);
      } else if (c == '"') {
        quoted(out);
      } else if (c == escape && at + 1 < text.length()) {
        out.append(text.charAt(at + 1));
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
  private static void append(StringBuilder out, String value) throws BadVariable {
    if (out.length() + value.length() > LONGEST) {
      throw new BadVariable("with its variables it is longer than " + LONGEST + " characters");
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
          && "\"$\\`".indexOf(text.charAt(at + 1)) >= 0) {
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
      default -> throw new BadVariable("'${" + inside + "}' is not understood");
    };
  }

  private String nested(String word) throws BadVariable {
    if (depth >= DEEPEST) {
      throw new BadVariable("variables are nested too deeply");
    }
    return new VariableExpander(word, escape, variables, depth + 1).all();
  }

  private int closing() throws BadVariable {
    int open = 0;
    for (int i = at; i < text.length(); i++) {
      if (text.charAt(i) == '{') {
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
