package io.slipway.gotemplate.parse;

import io.slipway.gotemplate.parse.ParsedTemplate.Operand;
import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline;
import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline.Command;
import io.slipway.gotemplate.parse.Tokens.Token;
import io.slipway.gotemplate.parse.Tokens.Token.Kind;
import io.slipway.gotemplate.value.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads pipelines: {@code $x := f .a | g "b"}, and knows which variables there are. */
final class PipelineParser {
  private static final int DEEPEST = 50;
  private static final int MOST_VARIABLES = 1000;

  private final Tokens tokens;
  private final UnaryOperator<@Nullable String> refusal;
  private List<String> variables = new ArrayList<>(List.of("$"));
  private int depth;

  /** Variables of an outer block. */
  record Scope(List<String> variables) {}

  PipelineParser(Tokens tokens, UnaryOperator<@Nullable String> refusal) {
    this.tokens = tokens;
    this.refusal = refusal;
  }

  /** Begins a block, whose variables end with it. */
  Scope enter() {
    Scope outside = new Scope(variables);
    variables = new ArrayList<>(variables);
    return outside;
  }

  /** Begins a template, which sees no variables of the text around it. */
  Scope enterTemplate() {
    Scope outside = new Scope(variables);
    variables = new ArrayList<>(List.of("$"));
    return outside;
  }

  void leave(Scope outside) {
    variables = outside.variables();
  }

  /** Reads one, up to the end of the action or to a closing parenthesis. */
  Pipeline parse(String context, boolean isRange) {
    if (++depth > DEEPEST) {
      throw tokens.failure("parentheses are nested more than " + DEEPEST + " deep");
    }
    tokens.skipBlanks();
    int at = tokens.peek().at();
    List<String> set = new ArrayList<>();
    boolean declares = assignment(set, isRange);
    List<Command> commands = new ArrayList<>();
    do {
      commands.add(command(context));
    } while (takes(Kind.PIPE));
    for (Command later : commands.subList(1, commands.size())) {
      if (isValue(later.operands().get(0))) {
        throw new Failure(
            later.at(),
            "non executable command in pipeline stage " + (1 + commands.indexOf(later)));
      }
    }
    if (declares) {
      variables.addAll(set);
      if (variables.size() > MOST_VARIABLES) {
        throw tokens.failure("there are more than " + MOST_VARIABLES + " variables");
      }
    }
    depth--;
    return new Pipeline(at, List.copyOf(set), declares, List.copyOf(commands));
  }

  private static boolean isValue(Operand operand) {
    return operand instanceof Operand.Constant
        || operand instanceof Operand.Dot
        || operand instanceof Operand.Nil;
  }

  private boolean takes(Kind kind) {
    tokens.skipBlanks();
    boolean is = tokens.peek().is(kind);
    if (is) {
      tokens.next();
    }
    return is;
  }

  /** Reads {@code $x :=} or, in a range, {@code $i, $x :=}; leaves other things as they are. */
  private boolean assignment(List<String> set, boolean isRange) {
    if (!tokens.peek().is(Kind.VARIABLE)) {
      return false;
    }
    int next = tokens.peek(1).is(Kind.SPACE) ? 2 : 1;
    Token after = tokens.peek(next);
    if (after.is(Kind.COMMA) && isRange) {
      set.add(tokens.next().text());
      takes(Kind.COMMA);
      tokens.skipBlanks();
      if (!tokens.peek().is(Kind.VARIABLE)) {
        throw tokens.failure("range can only initialize variables");
      }
      after = tokens.peek(tokens.peek(1).is(Kind.SPACE) ? 2 : 1);
    }
    if (!after.is(Kind.DECLARE) && !after.is(Kind.ASSIGN)) {
      if (!set.isEmpty()) {
        throw tokens.failure("unexpected " + after + " in range: := is missing");
      }
      return false;
    }
    set.add(tokens.next().text());
    tokens.skipBlanks();
    boolean declares = tokens.next().is(Kind.DECLARE);
    for (String name : set) {
      if (!declares && !variables.contains(name)) {
        throw tokens.failure("undefined variable \"" + name + "\"");
      }
    }
    return declares;
  }

  private Command command(String context) {
    tokens.skipBlanks();
    int at = tokens.peek().at();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      tokens.skipBlanks();
      Token token = tokens.peek();
      if (token.is(Kind.CLOSE) || token.is(Kind.RIGHT_PAREN) || token.is(Kind.PIPE)) {
        break;
      }
      operands.add(operand(context));
      Token after = tokens.peek();
      if (!after.is(Kind.SPACE)
          && !after.is(Kind.CLOSE)
          && !after.is(Kind.RIGHT_PAREN)
          && !after.is(Kind.PIPE)) {
        throw tokens.failure("unexpected " + after + " in " + context);
      }
    }
    if (operands.isEmpty()) {
      throw new Failure(at, "missing value for " + context);
    }
    return new Command(at, List.copyOf(operands));
  }

  private Operand operand(String context) {
    Token token = tokens.next();
    Operand term = term(token, context);
    List<String> names = new ArrayList<>();
    while (tokens.peek().is(Kind.FIELD)) {
      names.add(tokens.next().text().substring(1));
    }
    if (names.isEmpty()) {
      return term;
    }
    if (isValue(term)) {
      throw new Failure(token.at(), "unexpected . after term " + token);
    }
    if (term instanceof Operand.Field field) {
      names.addAll(0, field.names());
      return new Operand.Field(token.at(), List.copyOf(names));
    }
    return new Operand.Chain(token.at(), term, List.copyOf(names));
  }

  private Operand term(Token token, String context) {
    int at = token.at();
    return switch (token.kind()) {
      case DOT -> new Operand.Dot(at);
      case FIELD -> new Operand.Field(at, List.of(token.text().substring(1)));
      case NUMBER -> new Operand.Constant(at, Literals.number(token));
      case CHARACTER -> new Operand.Constant(at, Literals.character(token));
      case STRING -> new Operand.Constant(at, Literals.unquote(token));
      case VARIABLE -> variable(token);
      case IDENTIFIER -> function(token);
      case KEYWORD -> keyword(token, context);
      case LEFT_PAREN -> nested(at);
      default -> throw new Failure(at, "unexpected " + token + " in " + context);
    };
  }

  private Operand variable(Token token) {
    if (!variables.contains(token.text())) {
      throw new Failure(token.at(), "undefined variable \"" + token.text() + "\"");
    }
    return new Operand.Variable(token.at(), token.text());
  }

  private Operand function(Token token) {
    String refused = refusal.apply(token.text());
    if (refused != null) {
      throw new Failure(token.at(), refused);
    }
    return new Operand.Function(token.at(), token.text());
  }

  private static Operand keyword(Token token, String context) {
    return switch (token.text()) {
      case "nil" -> new Operand.Nil(token.at());
      case "true" -> new Operand.Constant(token.at(), true);
      case "false" -> new Operand.Constant(token.at(), false);
      default -> throw new Failure(token.at(), "unexpected {{" + token.text() + "}} in " + context);
    };
  }

  private Operand nested(int at) {
    Pipeline pipeline = parse("parenthesized pipeline", false);
    if (!takes(Kind.RIGHT_PAREN)) {
      throw new Failure(at, "unclosed left paren");
    }
    return new Operand.Nested(at, pipeline);
  }
}
