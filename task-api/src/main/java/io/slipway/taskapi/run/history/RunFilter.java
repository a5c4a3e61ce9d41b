package io.slipway.taskapi.run.history;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.history.FilterTokens.Kind;
import io.slipway.taskapi.run.history.FilterTokens.Token;
import io.slipway.taskapi.run.history.RunCondition.Field;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code $filter} of a list of runs. Its length, its terms and its depth are limited: the
 * parser goes down one level of its own stack for each level of brackets.
 */
final class RunFilter {
  private static final String FIELDS =
      "RunId, RunType, Status, CreateTime, FinishTime, IsArchiveEnabled, TaskName, AgentPoolName,"
          + " RequestId, RequestSource";

  private static final int LONGEST = 2_000;
  private static final int LONGEST_IN_MESSAGE = 200;
  private static final int MOST_TERMS = 50;
  private static final int DEEPEST = 20;
  private static final Map<String, String> OPERATORS =
      Map.of("eq", "=", "ne", "<>", "gt", ">", "ge", ">=", "lt", "<", "le", "<=");
  private static final List<String> STATUSES =
      List.of(
          "Queued", "Started", "Running", "Succeeded", "Failed", "Canceled", "Error", "Timeout");

  private final String text;
  private final List<Token> tokens;
  private int at;
  private int terms;
  private int depth;

  private RunFilter(String text) {
    this.text = text;
    this.tokens = tokens(text);
  }

  /** Reads a filter; fails with 400 saying what is wrong. */
  static RunCondition parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return new RunCondition.All();
    }
    RunFilter filter = new RunFilter(text);
    RunCondition condition = filter.or();
    if (filter.at < filter.tokens.size()) {
      throw filter.wrong("'" + filter.tokens.get(filter.at).text() + "' is not expected");
    }
    return condition;
  }

  private RunCondition or() {
    RunCondition condition = and();
    while (isWord("or")) {
      at++;
      condition = new RunCondition.Or(condition, and());
    }
    return condition;
  }

  private RunCondition and() {
    RunCondition condition = term();
    while (isWord("and")) {
      at++;
      condition = new RunCondition.And(condition, term());
    }
    return condition;
  }

  private RunCondition term() {
    if (isSymbol("(")) {
      at++;
      if (++depth > DEEPEST) {
        throw wrong("brackets are nested more than " + DEEPEST + " deep");
      }
      RunCondition inner = or();
      symbol(")");
      depth--;
      return inner;
    }
    if (++terms > MOST_TERMS) {
      throw wrong("it has more than " + MOST_TERMS + " conditions");
    }
    if (isWord("contains")) {
      at++;
      return contains();
    }
    return comparison();
  }

  private RunCondition contains() {
    symbol("(");
    String field = next(Kind.WORD, "word").text();
    if (!field.equalsIgnoreCase("outputImageManifests")) {
      throw wrong("contains takes OutputImageManifests, not " + field);
    }
    symbol(",");
    String needle = next(Kind.TEXT, "text").text();
    symbol(")");
    return new RunCondition.Images(needle);
  }

  private RunCondition comparison() {
    String name = next(Kind.WORD, "word").text();
    Field field =
        Field.named(name)
            .orElseThrow(
                () -> wrong("'" + name + "' is not a field of runs; use one of " + FIELDS));
    String word = next(Kind.WORD, "word").text().toLowerCase(Locale.ROOT);
    String operator = OPERATORS.get(word);
    if (operator == null) {
      throw wrong("'" + word + "' is not an operator; use eq, ne, gt, ge, lt or le");
    }
    if (at >= tokens.size()) {
      throw wrong("a value is missing at the end");
    }
    return new RunCondition.Compare(field, operator, value(field, tokens.get(at++).text()));
  }

  private Object value(Field field, String value) {
    return switch (field) {
      case CREATE_TIME, FINISH_TIME -> time(value);
      case IS_ARCHIVE_ENABLED -> Boolean.valueOf(value);
      case STATUS ->
          STATUSES.stream()
              .filter(status -> status.equalsIgnoreCase(value))
              .findFirst()
              .orElse(value);
      case AGENT_POOL_NAME, REQUEST_ID, REQUEST_SOURCE -> value;
      case RUN_ID, RUN_TYPE, TASK_NAME -> value.toLowerCase(Locale.ROOT);
    };
  }

  private Instant time(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException wrong) {
      throw wrong("'" + value + "' is not a time like 2026-01-31T12:00:00Z");
    }
  }

  private boolean isWord(String word) {
    return at < tokens.size()
        && tokens.get(at).kind() == Kind.WORD
        && tokens.get(at).text().equalsIgnoreCase(word);
  }

  private boolean isSymbol(String symbol) {
    return at < tokens.size()
        && tokens.get(at).kind() == Kind.SYMBOL
        && tokens.get(at).text().equals(symbol);
  }

  private void symbol(String symbol) {
    if (!isSymbol(symbol)) {
      throw wrong("'" + symbol + "' is missing");
    }
    at++;
  }

  private Token next(Kind kind, String what) {
    if (at >= tokens.size() || tokens.get(at).kind() != kind) {
      throw wrong("a " + what + " is missing");
    }
    return tokens.get(at++);
  }

  private List<Token> tokens(String filter) {
    if (filter.length() > LONGEST) {
      throw wrong("it is longer than " + LONGEST + " characters");
    }
    if (filter.indexOf('\0') >= 0) {
      throw wrong("it holds a character that no text has");
    }
    try {
      return FilterTokens.of(filter.strip());
    } catch (IllegalArgumentException notUnderstood) {
      throw wrong(String.valueOf(notUnderstood.getMessage()));
    }
  }

  private ArmException wrong(String what) {
    String shown =
        text.length() <= LONGEST_IN_MESSAGE ? text : text.substring(0, LONGEST_IN_MESSAGE) + "…";
    String why =
        what.length() <= LONGEST_IN_MESSAGE ? what : what.substring(0, LONGEST_IN_MESSAGE) + "…";
    return ArmException.of(
        400, "InvalidFilterInQueryString", "$filter '" + shown + "': " + why + ".");
  }
}
