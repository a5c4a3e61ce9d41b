package io.slipway.gotemplate.parse;

import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline;
import io.slipway.gotemplate.parse.ParsedTemplate.Statement;
import io.slipway.gotemplate.parse.Tokens.Token;
import io.slipway.gotemplate.parse.Tokens.Token.Kind;
import io.slipway.gotemplate.value.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts tokens together to statements. */
public final class Parser {
  static final Set<String> KEYWORDS =
      Set.of(
          "if",
          "else",
          "end",
          "range",
          "with",
          "define",
          "template",
          "block",
          "break",
          "continue",
          "nil",
          "true",
          "false");
  private static final int DEEPEST = 100;

  private final Tokens tokens;
  private final PipelineParser pipelines;
  private final Map<String, List<Statement>> defined = new HashMap<>();
  private int depth;
  private int ranges;

  private Parser(Tokens tokens, UnaryOperator<@Nullable String> refusal) {
    this.tokens = tokens;
    this.pipelines = new PipelineParser(tokens, refusal);
  }

  /**
   * Parses a template.
   *
   * @param refusal says why there is no function of a name, or null if there is one
   */
  public static ParsedTemplate parse(String template, UnaryOperator<@Nullable String> refusal) {
    Parser parser = new Parser(new Tokens(Lexer.tokens(template)), refusal);
    List<Statement> body = parser.statements(true);
    return new ParsedTemplate(body, Map.copyOf(parser.defined));
  }

  /** Statements up to an {@code else} or {@code end}, or to the end of the text. */
  private List<Statement> statements(boolean isTop) {
    if (++depth > DEEPEST) {
      throw tokens.failure("blocks are nested more than " + DEEPEST + " deep");
    }
    List<Statement> found = new ArrayList<>();
    while (!tokens.peek().is(Kind.END)) {
      Token token = tokens.next();
      if (token.is(Kind.TEXT)) {
        found.add(new Statement.Text(token.at(), token.text()));
        continue;
      }
      tokens.skipBlanks();
      Token word = tokens.peek();
      if (word.isKeyword("end") || word.isKeyword("else")) {
        if (isTop) {
          throw tokens.failure("unexpected {{" + word.text() + "}}");
        }
        depth--;
        return found;
      }
      Statement statement = action(token.at(), isTop);
      if (statement != null) {
        found.add(statement);
      }
    }
    if (!isTop) {
      throw tokens.failure("unexpected end of the text: {{end}} is missing");
    }
    depth--;
    return found;
  }

  private @Nullable Statement action(int at, boolean isTop) {
    Token word = tokens.peek();
    if (!word.is(Kind.KEYWORD)) {
      return print(at);
    }
    switch (word.text()) {
      case "if", "with", "range" -> {
        tokens.next();
        return control(at, word.text());
      }
      case "break", "continue" -> {
        tokens.next();
        close(word.text());
        if (ranges == 0) {
          throw new Failure(at, "{{" + word.text() + "}} outside {{range}}");
        }
        return new Statement.Leave(at, word.text().equals("break"));
      }
      case "template" -> {
        tokens.next();
        String name = name("template clause");
        tokens.skipBlanks();
        Pipeline value = tokens.peek().is(Kind.CLOSE) ? null : pipelines.parse("template", false);
        close("template");
        return new Statement.Call(at, name, value);
      }
      case "define" -> {
        tokens.next();
        if (!isTop) {
          throw new Failure(at, "unexpected {{define}} inside of another block");
        }
        define(name("define clause"));
        return null;
      }
      case "block" -> {
        tokens.next();
        String name = name("block clause");
        Pipeline value = pipelines.parse("block", false);
        define(name);
        return new Statement.Call(at, name, value);
      }
      default -> {
        return print(at);
      }
    }
  }

  private Statement print(int at) {
    Pipeline pipeline = pipelines.parse("command", false);
    close("command");
    return new Statement.Print(at, pipeline);
  }

  private void define(String name) {
    close("define");
    PipelineParser.Scope outside = pipelines.enterTemplate();
    int rangesOutside = ranges;
    ranges = 0;
    defined.put(name, statements(false));
    keyword("end", "define");
    close("end");
    ranges = rangesOutside;
    pipelines.leave(outside);
  }

  private Statement control(int at, String word) {
    PipelineParser.Scope outside = pipelines.enter();
    Pipeline pipeline = pipelines.parse(word, word.equals("range"));
    close(word);
    ranges += word.equals("range") ? 1 : 0;
    List<Statement> then = statements(false);
    ranges -= word.equals("range") ? 1 : 0;
    List<Statement> otherwise = otherwise(word);
    pipelines.leave(outside);
    return switch (word) {
      case "if" -> new Statement.If(at, pipeline, then, otherwise);
      case "with" -> new Statement.With(at, pipeline, then, otherwise);
      default -> new Statement.Range(at, pipeline, then, otherwise);
    };
  }

  /** What stands between {@code else} and {@code end}, if anything does. */
  private List<Statement> otherwise(String word) {
    Token token = tokens.next();
    if (token.isKeyword("end")) {
      close("end");
      return List.of();
    }
    tokens.skipBlanks();
    Token next = tokens.peek();
    if (!word.equals("range") && next.isKeyword(word)) {
      tokens.next();
      if (++depth > DEEPEST) {
        throw tokens.failure("blocks are nested more than " + DEEPEST + " deep");
      }
      Statement nested = control(next.at(), word);
      depth--;
      return List.of(nested);
    }
    close("else");
    List<Statement> otherwise = statements(false);
    keyword("end", "else");
    close("end");
    return otherwise;
  }

  private void keyword(String word, String context) {
    if (!tokens.next().isKeyword(word)) {
      throw tokens.failure("expected {{" + word + "}} after {{" + context + "}}");
    }
  }

  private String name(String context) {
    tokens.skipBlanks();
    Token token = tokens.next();
    if (!token.is(Kind.STRING)) {
      throw new Failure(token.at(), "unexpected " + token + " in " + context);
    }
    return Literals.unquote(token);
  }

  private void close(String context) {
    tokens.skipBlanks();
    Token token = tokens.next();
    if (!token.is(Kind.CLOSE)) {
      throw new Failure(token.at(), "unexpected " + token + " in " + context);
    }
  }
}
