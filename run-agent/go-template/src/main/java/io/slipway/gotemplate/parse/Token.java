package io.slipway.gotemplate.parse;

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
