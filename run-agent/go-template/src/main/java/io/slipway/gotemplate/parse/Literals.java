package io.slipway.gotemplate.parse;

import com.google.re2j.Pattern;
import io.slipway.gotemplate.parse.Tokens.Token;
import io.slipway.gotemplate.value.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Numbers, characters and texts as Go writes them. */
final class Literals {
  private static final Pattern UNDERSCORED =
      Pattern.compile("[-+]?(0[xXoObB]?_?)?[0-9a-fA-F.]+(_[0-9a-fA-F.]+)*");
  private static final Pattern OCTAL = Pattern.compile("0[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]*\\.?[0-9]*(e[-+]?[0-9]+)?");

  private static final int LONGEST_NUMBER = 100;

  private Literals() {}

  /** Offset after the closing quote of what begins at an offset. */
  static int endOfQuoted(String in, int from, char quote) {
    for (int at = from + 1; at < in.length(); at++) {
      char c = in.charAt(at);
      if (c == '\n') {
        break;
      }
      if (c == '\\') {
        at++;
      } else if (c == quote) {
        return at + 1;
      }
    }
    throw new Failure(
        from, quote == '"' ? "unterminated quoted string" : "unterminated character constant");
  }

  /** Offset after the number that begins at an offset. */
  static int endOfNumber(String in, int from) {
    int at = from;
    if (in.charAt(at) == '+' || in.charAt(at) == '-') {
      at++;
    }
    boolean hexadecimal = in.regionMatches(true, at, "0x", 0, 2);
    while (at < in.length()) {
      char c = in.charAt(at);
      boolean signOfExponent =
          (c == '+' || c == '-') && (hexadecimal ? "pP" : "eE").indexOf(in.charAt(at - 1)) >= 0;
      if (!signOfExponent && c != '.' && !Lexer.isWordPart(c)) {
        break;
      }
      at++;
    }
    return at;
  }

  /** Value of a number: a Long or a Double. */
  static Object number(Token token) {
    String text = token.text();
    try {
      if (text.length() > LONGEST_NUMBER) {
        throw new NumberFormatException();
      }
      boolean underscore = text.contains("_");
      if (underscore && !UNDERSCORED.matcher(text).matches()) {
        throw new NumberFormatException();
      }
      return parse(text.replace("_", ""));
    } catch (NumberFormatException malformed) {
      throw new Failure(token.at(), "bad number syntax: " + token);
    }
  }

  private static Object parse(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    String lower = digits.toLowerCase(Locale.ROOT);
    if (lower.isEmpty() || !Character.isLetterOrDigit(lower.charAt(0)) && lower.charAt(0) != '.') {
      throw new NumberFormatException();
    }
    String sign = negative ? "-" : "";
    if (lower.startsWith("0x")) {
      return lower.contains("p")
          ? (Object) Double.valueOf(sign + lower)
          : Long.valueOf(sign + lower.substring(2), 16);
    }
    if (lower.startsWith("0b")) {
      return Long.valueOf(sign + lower.substring(2), 2);
    }
    if (lower.startsWith("0o")) {
      return Long.valueOf(sign + lower.substring(2), 8);
    }
    if (OCTAL.matcher(lower).matches()) {
      return Long.valueOf(sign + lower, 8);
    }
    if (lower.matches("[0-9]+")) {
      return Long.valueOf(sign + lower);
    }
    if (!DECIMAL.matcher(lower).matches()) {
      throw new NumberFormatException();
    }
    double value = Double.parseDouble(sign + lower);
    if (Double.isInfinite(value)) {
      throw new NumberFormatException();
    }
    return value;
  }

  /** Value of a character constant: its number. */
  static long character(Token token) {
    String value = unquote(token);
    if (value.codePointCount(0, value.length()) != 1) {
      throw new Failure(token.at(), "malformed character constant: " + token.text());
    }
    return value.codePointAt(0);
  }

  /** What a text in quotes or back-ticks stands for. */
  static String unquote(Token token) {
    String quoted = token.text();
    String inner = quoted.substring(1, quoted.length() - 1);
    if (quoted.charAt(0) == '`') {
      return inner.replace("\r", "");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < inner.length()) {
      int c = inner.codePointAt(at);
      if (c != '\\') {
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(c);
      } else {
        at = escape(inner, at + 1, quoted.charAt(0), token, out);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static int escape(String in, int at, char quote, Token token, ByteArrayOutputStream out) {
    char c = at < in.length() ? in.charAt(at) : 0;
    int simple = "abfnrtv\\".indexOf(c);
    if (simple >= 0) {
      out.write("\u0007\b\f\n\r\t\u000b\\".charAt(simple));
      return at + 1;
    }
    if (c == quote) {
      out.write(c);
      return at + 1;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 3;
    boolean octal = c >= '0' && c <= '7';
    int from = octal ? at : at + 1;
    if (!octal && c != 'x' && c != 'u' && c != 'U' || from + digits > in.length()) {
      throw new Failure(token.at(), "invalid syntax in " + token.text());
    }
    try {
      int value = Integer.parseUnsignedInt(in.substring(from, from + digits), octal ? 8 : 16);
      if (octal || c == 'x') {
        out.write(value);
      } else {
        out.writeBytes(Character.toString(value).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException malformed) {
      throw new Failure(token.at(), "invalid syntax in " + token.text());
    }
    return from + digits;
  }
}
