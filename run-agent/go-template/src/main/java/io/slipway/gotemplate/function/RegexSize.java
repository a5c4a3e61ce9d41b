package io.slipway.gotemplate.function;

import java.util.ArrayDeque;
import java.util.Deque;

/** Estimates how large a regular expression becomes when its counts are written out. */
final class RegexSize {
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
