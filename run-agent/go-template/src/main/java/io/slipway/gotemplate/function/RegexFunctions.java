package io.slipway.gotemplate.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.slipway.gotemplate.value.Budget.BoundedText;
import io.slipway.gotemplate.value.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Regular expressions of Go. RE2/J takes time that grows with the text times the expression only;
 * both are counted.
 */
final class RegexFunctions {
  private static final int LONGEST = 1000;
  private static final long LARGEST = 20_000;

  private RegexFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("regexMatch", 2, a -> compile(a).matcher(a.text(1)).find())
        .add("regexFind", 2, RegexFunctions::find)
        .add("regexFindAll", 3, a -> findAll(a))
        .add("regexReplaceAll", 3, a -> replace(a, false))
        .add("regexReplaceAllLiteral", 3, a -> replace(a, true))
        .add("regexSplit", 3, a -> split(a));
  }

  private static Pattern compile(Arguments a) {
    String expression = a.text(0);
    if (expression.length() > LONGEST) {
      throw new Failure("a regular expression has more than " + LONGEST + " characters");
    }
    long size = RegexSize.of(expression);
    if (size > LARGEST) {
      throw new Failure("the counts {n} of a regular expression multiply to too much");
    }
    a.budget().steps((1 + size) * (1 + a.text(1).length() / 16));
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException malformed) {
      throw new Failure(
          "error parsing regexp: "
              + malformed.getDescription()
              + ": `"
              + malformed.getPattern()
              + "`");
    }
  }

  private static String find(Arguments a) {
    Matcher matcher = compile(a).matcher(a.text(1));
    return matcher.find() ? a.budget().made(matcher.group()) : "";
  }

  private static List<Object> findAll(Arguments a) {
    int most = a.whole(2);
    List<Object> found = new ArrayList<>();
    Matcher matcher = compile(a).matcher(a.text(1));
    int before = -1;
    while ((most < 0 || found.size() < most) && finds(matcher, before)) {
      found.add(a.budget().made(matcher.group()));
      before = matcher.end();
    }
    return found;
  }

  /** The next match; an empty one that follows another at once does not count, as in Go. */
  private static boolean finds(Matcher matcher, int before) {
    boolean found = matcher.find();
    while (found && matcher.end() == matcher.start() && matcher.start() == before) {
      found = matcher.find();
    }
    return found;
  }

  private static List<Object> split(Arguments a) {
    int most = a.whole(2);
    String text = a.text(1);
    List<Object> parts = new ArrayList<>();
    if (most == 0) {
      return parts;
    }
    Matcher matcher = compile(a).matcher(text);
    int from = 0;
    int end = 0;
    int before = -1;
    while ((most < 0 || parts.size() < most - 1) && finds(matcher, before)) {
      before = matcher.end();
      a.budget().steps(1);
      end = matcher.start();
      if (matcher.end() != 0) {
        parts.add(text.substring(from, end));
      }
      from = matcher.end();
    }
    if (end != text.length() || parts.isEmpty()) {
      parts.add(text.substring(from));
    }
    return parts;
  }

  private static String replace(Arguments a, boolean isLiteral) {
    String text = a.text(1);
    String with = a.text(2);
    Matcher matcher = compile(a).matcher(text);
    BoundedText out = new BoundedText(a.budget());
    int at = 0;
    int before = -1;
    while (finds(matcher, before)) {
      before = matcher.end();
      out.add(text.substring(at, matcher.start()));
      if (isLiteral) {
        out.add(with);
      } else {
        expand(with, matcher, out);
      }
      at = matcher.end();
    }
    return out.add(text.substring(at)).text();
  }

  /** Puts in {@code $1}, {@code ${1}} and {@code ${name}}; {@code $$} stands for a dollar sign. */
  private static void expand(String with, Matcher matcher, BoundedText out) {
    int at = 0;
    while (at < with.length()) {
      int dollar = with.indexOf('$', at);
      if (dollar < 0 || dollar == with.length() - 1) {
        break;
      }
      out.add(with.substring(at, dollar));
      boolean braced = with.charAt(dollar + 1) == '{';
      int from = dollar + (braced ? 2 : 1);
      int end = from;
      while (end < with.length() && isWordPart(with.charAt(end))) {
        end++;
      }
      boolean closed = !braced || end < with.length() && with.charAt(end) == '}';
      if (with.charAt(dollar + 1) == '$') {
        out.add('$');
        at = dollar + 2;
      } else if (end == from || !closed) {
        out.add('$');
        at = dollar + 1;
      } else {
        out.add(group(matcher, with.substring(from, end)));
        at = end + (braced ? 1 : 0);
      }
    }
    out.add(with.substring(at));
  }

  private static String group(Matcher matcher, String name) {
    try {
      boolean numbered = name.length() < 6 && name.chars().allMatch(c -> c >= '0' && c <= '9');
      if (numbered && Integer.parseInt(name) > matcher.groupCount()) {
        return "";
      }
      String found = numbered ? matcher.group(Integer.parseInt(name)) : matcher.group(name);
      return found == null ? "" : found;
    } catch (IllegalArgumentException unknown) {
      return "";
    }
  }

  private static boolean isWordPart(char c) {
    return c == '_' || c < 0x80 && Character.isLetterOrDigit(c);
  }

  /** Estimates how large a regular expression becomes when its counts are written out. */
  private static final class RegexSize {
    private static final long CEILING = Integer.MAX_VALUE;

    private final String in;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long size;
    private long last;
    private int at;

    private RegexSize(String expression) {
      this.in = expression;
    }

    static long of(String expression) {
      return new RegexSize(expression).run();
    }

    private long run() {
      while (at < in.length()) {
        char c = in.charAt(at);
        switch (c) {
          case '\\' -> {
            at++;
            atom(1);
          }
          case '[' -> {
            int end = in.indexOf(']', Math.min(at + 2, in.length()));
            at = end < 0 ? in.length() : end;
            atom(1);
          }
          case '(' -> {
            outer.push(size);
            size = 0;
            last = 0;
          }
          case ')' -> {
            long group = size;
            size = outer.isEmpty() ? 0 : outer.pop();
            atom(group + 1);
          }
          case '{' -> count();
          default -> atom(1);
        }
        at++;
      }
      long sum = size;
      for (long group : outer) {
        sum += group;
      }
      return Math.min(sum, CEILING);
    }

    private void atom(long itsSize) {
      last = Math.min(itsSize, CEILING);
      size = Math.min(size + last, CEILING);
    }

    /** Reads {@code {n}}, {@code {n,}} or {@code {n,m}}; the larger number counts. */
    private void count() {
      int end = in.indexOf('}', at);
      long number = 0;
      long largest = 0;
      for (int i = at + 1; i < end; i++) {
        char c = in.charAt(i);
        if (c == ',') {
          number = 0;
        } else if (c >= '0' && c <= '9') {
          number = Math.min(10 * number + c - '0', CEILING);
          largest = Math.max(largest, number);
        } else {
          return;
        }
      }
      if (end > 0 && largest > 1) {
        size = Math.min(size + last * (largest - 1), CEILING);
        last = Math.min(last * largest, CEILING);
        at = end;
      }
    }
  }
}
