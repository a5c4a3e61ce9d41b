package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code $filter} of a list of runs as an SQL condition. What was written in the filter goes
 * into parameters, never into the text.
 */
final class RunFilter {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:([A-Za-z][A-Za-z0-9]*)|'((?:[^']|'')*)'|([(),])|([0-9][0-9TZ:.+-]*))");
  private static final Map<String, String> OPERATORS =
      Map.of("eq", "=", "ne", "<>", "gt", ">", "ge", ">=", "lt", "<", "le", "<=");
  private static final Map<String, String> COLUMNS =
      Map.of(
          "runid", "run_id",
          "runtype", "lower(run_type)",
          "status", "status",
          "createtime", "created_at",
          "finishtime", "finished_at",
          "isarchiveenabled", "archived",
          "taskname", "lower(task)",
          "agentpoolname", "pool");
  private static final String IMAGES =
      "exists (select 1 from jsonb_array_elements(output_images::jsonb) image"
          + " where strpos(concat(image->>'registry', '/', image->>'repository', '@',"
          + " image->>'digest'), %s) > 0)";
  private static final List<String> STATUSES =
      List.of(
          "Queued", "Started", "Running", "Succeeded", "Failed", "Canceled", "Error", "Timeout");

  private final String text;
  private final List<Token> tokens;
  private final List<Object> values = new ArrayList<>();
  private final int firstParameter;
  private int at;

  private RunFilter(String text, int firstParameter) {
    this.text = text;
    this.firstParameter = firstParameter;
    this.tokens = tokens(text);
  }

  /**
   * A condition.
   *
   * @param sql text with parameters from the first number that was given
   * @param values of the parameters
   */
  record Condition(String sql, List<Object> values) {}

  private record Token(String kind, String text) {}

  /** Reads a filter; fails with 400 saying what is wrong. */
  static Condition parse(@Nullable String text, int firstParameter) {
    if (text == null || text.isBlank()) {
      return new Condition("true", List.of());
    }
    RunFilter filter = new RunFilter(text, firstParameter);
    String sql = filter.or();
    if (filter.at < filter.tokens.size()) {
      throw filter.wrong("'" + filter.tokens.get(filter.at).text() + "' is not expected");
    }
    return new Condition(sql, filter.values);
  }

  private String or() {
    StringBuilder sql = new StringBuilder(and());
    while (isWord("or")) {
      at++;
      sql.insert(0, '(').append(" or ").append(and()).append(')');
    }
    return sql.toString();
  }

  private String and() {
    StringBuilder sql = new StringBuilder(term());
    while (isWord("and")) {
      at++;
      sql.insert(0, '(').append(" and ").append(term()).append(')');
    }
    return sql.toString();
  }

  private String term() {
    if (is("symbol", "(")) {
      at++;
      String inner = or();
      symbol(")");
      return "(" + inner + ")";
    }
    if (isWord("contains")) {
      at++;
      return contains();
    }
    return comparison();
  }

  private String contains() {
    symbol("(");
    String field = next("word").text();
    if (!field.equalsIgnoreCase("outputImageManifests")) {
      throw wrong("contains takes OutputImageManifests, not " + field);
    }
    symbol(",");
    String needle = next("text").text();
    symbol(")");
    return IMAGES.formatted(parameter(needle));
  }

  private String comparison() {
    String field = next("word").text().toLowerCase(Locale.ROOT);
    String column = COLUMNS.get(field);
    if (column == null) {
      throw wrong("there is no field '" + field + "'");
    }
    String word = next("word").text().toLowerCase(Locale.ROOT);
    String operator = OPERATORS.get(word);
    if (operator == null) {
      throw wrong("'" + word + "' is not an operator; use eq, ne, gt, ge, lt or le");
    }
    if (at >= tokens.size()) {
      throw wrong("a value is missing at the end");
    }
    return column + " " + operator + " " + parameter(value(field, tokens.get(at++).text()));
  }

  private Object value(String field, String value) {
    return switch (field) {
      case "createtime", "finishtime" -> time(value);
      case "isarchiveenabled" -> Boolean.valueOf(value);
      case "status" ->
          STATUSES.stream()
              .filter(status -> status.equalsIgnoreCase(value))
              .findFirst()
              .orElse(value);
      case "agentpoolname" -> value;
      default -> value.toLowerCase(Locale.ROOT);
    };
  }

  private Instant time(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException wrong) {
      throw wrong("'" + value + "' is not a time like 2026-01-31T12:00:00Z");
    }
  }

  private String parameter(Object value) {
    values.add(value);
    return "$" + (firstParameter + values.size() - 1);
  }

  private boolean isWord(String word) {
    return at < tokens.size()
        && tokens.get(at).kind().equals("word")
        && tokens.get(at).text().equalsIgnoreCase(word);
  }

  private boolean is(String kind, String symbol) {
    return at < tokens.size()
        && tokens.get(at).kind().equals(kind)
        && tokens.get(at).text().equals(symbol);
  }

  private void symbol(String symbol) {
    if (!is("symbol", symbol)) {
      throw wrong("'" + symbol + "' is missing");
    }
    at++;
  }

  private Token next(String kind) {
    if (at >= tokens.size() || !tokens.get(at).kind().equals(kind)) {
      throw wrong("a " + kind + " is missing");
    }
    return tokens.get(at++);
  }

  private List<Token> tokens(String filter) {
    List<Token> read = new ArrayList<>();
    String rest = filter.strip();
    Matcher matcher = TOKEN.matcher(rest);
    int position = 0;
    while (position < rest.length()) {
      matcher.region(position, rest.length());
      if (!matcher.lookingAt()) {
        throw wrong("'" + rest.substring(position) + "' is not understood");
      }
      if (matcher.group(1) != null) {
        read.add(new Token("word", matcher.group(1)));
      } else if (matcher.group(2) != null) {
        read.add(new Token("text", matcher.group(2).replace("''", "'")));
      } else if (matcher.group(3) != null) {
        read.add(new Token("symbol", matcher.group(3)));
      } else {
        read.add(new Token("number", matcher.group(4)));
      }
      position = matcher.end();
    }
    return read;
  }

  private ArmException wrong(String what) {
    return ArmException.of(
        400, "InvalidFilterInQueryString", "$filter '" + text + "': " + what + ".");
  }
}
