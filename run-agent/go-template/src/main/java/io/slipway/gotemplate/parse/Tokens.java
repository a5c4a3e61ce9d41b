package io.slipway.gotemplate.parse;

import io.slipway.gotemplate.parse.Token.Kind;
import io.slipway.gotemplate.value.TemplateFailure;
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
    while (peek().is(Kind.SPACE)) {
      next();
    }
  }

  TemplateFailure failure(String message) {
    return new TemplateFailure(peek().at(), message);
  }
}
