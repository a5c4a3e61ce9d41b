package io.slipway.gotemplate.parse;

import io.slipway.gotemplate.value.Failure;
import java.util.List;

/** The tokens of a template, read one after the other. */
final class Tokens {
  private final List<Token> all;
  private int at;

  Tokens(List<Token> all) {
    this.all = all;
  }

  Token peek() {
    return all.get(at);
  }

  /** The one after those that are next; the last one stays for ever. */
  Token peek(int further) {
    return all.get(Math.min(at + further, all.size() - 1));
  }

  Token next() {
    Token token = all.get(at);
    if (at < all.size() - 1) {
      at++;
    }
    return token;
  }

  void skipBlanks() {
    while (peek().is(Token.Kind.SPACE)) {
      next();
    }
  }

  Failure failure(String message) {
    return new Failure(peek().at(), message);
  }

  /**
   * A piece of a template.
   *
   * @param kind what it is
   * @param text as written; of a text outside of actions, what trimming left of it
   * @param at offset in the template
   */
  record Token(Kind kind, String text, int at) {
    enum Kind {
      TEXT,
      OPEN,
      CLOSE,
      FIELD,
      VARIABLE,
      IDENTIFIER,
      KEYWORD,
      NUMBER,
      CHARACTER,
      STRING,
      LEFT_PAREN,
      RIGHT_PAREN,
      PIPE,
      DECLARE,
      ASSIGN,
      COMMA,
      DOT,
      SPACE,
      END
    }

    boolean is(Kind wanted) {
      return kind == wanted;
    }

    boolean isKeyword(String word) {
      return kind == Kind.KEYWORD && text.equals(word);
    }

    @Override
    public String toString() {
      return switch (kind) {
        case END -> "end of the text";
        case CLOSE -> "\"}}\"";
        default -> "\"" + (text.length() > 20 ? text.substring(0, 20) + "…" : text) + "\"";
      };
    }
  }
}
