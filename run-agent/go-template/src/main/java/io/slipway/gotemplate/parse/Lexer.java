package io.slipway.gotemplate.parse;

import io.slipway.gotemplate.parse.Tokens.Token;
import io.slipway.gotemplate.parse.Tokens.Token.Kind;
import io.slipway.gotemplate.value.Failure;
import java.util.ArrayList;
import java.util.List;

/** Cuts a template into tokens: texts, and what stands in actions between braces. */
final class Lexer {
  static final String OPEN = "{{";
  static final String CLOSE = "}}";
  private static final String COMMENT_END = "*/";

  private final String in;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String in) {
    this.in = in;
  }

  static List<Token> tokens(String template) {
    Lexer lexer = new Lexer(template);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    boolean trimNext = false;
    while (true) {
      int open = in.indexOf(OPEN, at);
      int end = open < 0 ? in.length() : open;
      boolean trimBefore = open >= 0 && hasTrimMark(open + OPEN.length());
      addText(at, end, trimNext, trimBefore);
      if (open < 0) {
        tokens.add(new Token(Kind.END, "", in.length()));
        return;
      }
      at = open + OPEN.length() + (trimBefore ? 2 : 0);
      trimNext = in.startsWith("/*", at) ? comment(open) : action(open);
    }
  }

  private boolean hasTrimMark(int from) {
    return from + 1 < in.length() && in.charAt(from) == '-' && isBlank(in.charAt(from + 1));
  }

  private void addText(int from, int to, boolean trimStart, boolean trimEnd) {
    int start = from;
    int end = to;
    while (trimStart && start < end && isBlank(in.charAt(start))) {
      start++;
    }
    while (trimEnd && end > start && isBlank(in.charAt(end - 1))) {
      end--;
    }
    if (end > start) {
      tokens.add(new Token(Kind.TEXT, in.substring(start, end), start));
    }
  }

  /** Skips a comment; says whether the text after it is trimmed. */
  private boolean comment(int open) {
    int end = in.indexOf(COMMENT_END, at + 2);
    if (end < 0) {
      throw new Failure(open, "unclosed comment");
    }
    at = end + COMMENT_END.length();
    boolean trims = closesWithTrim();
    if (!trims && !in.startsWith(CLOSE, at)) {
      throw new Failure(at, "comment ends before closing delimiter");
    }
    at += trims ? 2 + CLOSE.length() : CLOSE.length();
    return trims;
  }

  private boolean closesWithTrim() {
    return at < in.length() && isBlank(in.charAt(at)) && in.startsWith("-" + CLOSE, at + 1);
  }

  /** Reads an action up to its end; says whether the text after it is trimmed. */
  private boolean action(int open) {
    tokens.add(new Token(Kind.OPEN, OPEN, open));
    while (true) {
      boolean trims = closesWithTrim();
      if (trims || in.startsWith(CLOSE, at)) {
        tokens.add(new Token(Kind.CLOSE, CLOSE, at));
        at += trims ? 2 + CLOSE.length() : CLOSE.length();
        return trims;
      }
      if (at >= in.length()) {
        throw new Failure(open, "unclosed action");
      }
      inside();
    }
  }

  private void inside() {
    char c = in.charAt(at);
    if (isBlank(c)) {
      blanks();
    } else if (in.startsWith(":=", at)) {
      add(Kind.DECLARE, at + 2);
    } else if (c == '"') {
      add(Kind.STRING, Literals.endOfQuoted(in, at, '"'));
    } else if (c == '\'') {
      add(Kind.CHARACTER, Literals.endOfQuoted(in, at, '\''));
    } else if (c == '`') {
      int end = in.indexOf('`', at + 1);
      if (end < 0) {
        throw new Failure(at, "unterminated raw quoted string");
      }
      add(Kind.STRING, end + 1);
    } else if (c == '$' || c == '.' && !isDigit(at + 1)) {
      int end = wordEnd(at + 1);
      boolean isDot = c == '.' && end == at + 1;
      word(c == '$' ? Kind.VARIABLE : isDot ? Kind.DOT : Kind.FIELD, end);
    } else if (c == '.' || c == '+' || c == '-' || isDigit(at)) {
      add(Kind.NUMBER, Literals.endOfNumber(in, at));
    } else if (isWordPart(in.codePointAt(at))) {
      int end = wordEnd(at);
      String text = in.substring(at, end);
      word(Parser.KEYWORDS.contains(text) ? Kind.KEYWORD : Kind.IDENTIFIER, end);
    } else {
      symbol(c);
    }
  }

  private void symbol(char c) {
    Kind kind =
        switch (c) {
          case '=' -> Kind.ASSIGN;
          case '(' -> Kind.LEFT_PAREN;
          case ')' -> Kind.RIGHT_PAREN;
          case '|' -> Kind.PIPE;
          case ',' -> Kind.COMMA;
          default ->
              throw new Failure(
                  at,
                  "unexpected character '"
                      + Character.toString(in.codePointAt(at))
                      + "' in action");
        };
    add(kind, at + 1);
  }

  private void blanks() {
    int end = at;
    while (end < in.length() && isBlank(in.charAt(end))) {
      end++;
    }
    if (in.startsWith("-" + CLOSE, end)) {
      end--;
    }
    if (end > at) {
      add(Kind.SPACE, end);
    }
  }

  private void word(Kind kind, int end) {
    if (end < in.length()
        && " \t\r\n.,|:)(=".indexOf(in.charAt(end)) < 0
        && !in.startsWith(CLOSE, end)) {
      throw new Failure(end, "bad character '" + Character.toString(in.codePointAt(end)) + "'");
    }
    add(kind, end);
  }

  private void add(Kind kind, int end) {
    tokens.add(new Token(kind, in.substring(at, end), at));
    at = end;
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < in.length() && isWordPart(in.codePointAt(end))) {
      end += Character.charCount(in.codePointAt(end));
    }
    return end;
  }

  private boolean isDigit(int index) {
    return index < in.length() && in.charAt(index) >= '0' && in.charAt(index) <= '9';
  }

  static boolean isWordPart(int codePoint) {
    return codePoint == '_' || Character.isLetter(codePoint) || Character.isDigit(codePoint);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
