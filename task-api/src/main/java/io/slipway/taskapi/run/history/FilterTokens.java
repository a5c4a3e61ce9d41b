package io.slipway.taskapi.run.history;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a {@code $filter}. Read by hand, character by character: a regular expression with
 * alternatives in a loop takes a stack frame for each character of the text.
 */
final class FilterTokens {
  enum Kind {
    WORD,
    TEXT,
    SYMBOL,
    NUMBER
  }

  /**
   * @param text a TEXT without its quotes, a doubled quote in it as one
   */
  record Token(Kind kind, String text) {}

  private final String text;
  private final List<Token> read = new ArrayList<>();
  private int at;

  private FilterTokens(String text) {
    this.text = text;
  }

  /** All tokens; fails with {@link IllegalArgumentException} saying what is not understood. */
  static List<Token> of(String text) {
    FilterTokens tokens = new FilterTokens(text);
    while (tokens.at < text.length()) {
      tokens.next();
    }
    return tokens.read;
  }

  private void next() {
    char first = text.charAt(at);
    if (Character.isWhitespace(first)) {
      at++;
    } else if (first == '\'') {
      quoted();
    } else if ("(),".indexOf(first) >= 0) {
      read.add(new Token(Kind.SYMBOL, String.valueOf(first)));
      at++;
    } else if (isLetter(first)) {
      read.add(new Token(Kind.WORD, run(FilterTokens::isWordPart)));
    } else if (isDigit(first)) {
      read.add(new Token(Kind.NUMBER, run(FilterTokens::isNumberPart)));
    } else {
      throw notUnderstood(at);
    }
  }

  private void quoted() {
    int start = at;
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next != '\'') {
        value.append(next);
      } else if (at < text.length() && text.charAt(at) == '\'') {
        value.append('\'');
        at++;
      } else {
        read.add(new Token(Kind.TEXT, value.toString()));
        return;
      }
    }
    throw notUnderstood(start);
  }

  private interface Part {
    boolean has(char next);
  }

  private String run(Part part) {
    int start = at;
    while (at < text.length() && part.has(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private IllegalArgumentException notUnderstood(int from) {
    return new IllegalArgumentException("'" + text.substring(from) + "' is not understood");
  }

  private static boolean isLetter(char next) {
    return (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
  }

  private static boolean isDigit(char next) {
    return next >= '0' && next <= '9';
  }

  private static boolean isWordPart(char next) {
    return isLetter(next) || isDigit(next);
  }

  private static boolean isNumberPart(char next) {
    return isDigit(next) || "TZ:.+-".indexOf(next) >= 0;
  }
}
