package io.slipway.agent.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds many texts in another one, in a time that grows with the other one alone: a filter of three
 * characters says where one may begin, and sums over parts of both ({@code h(ab) = h(a) * base^|b|
 * + h(b)}) say at once whether it does.
 *
 * @see <a href="https://doi.org/10.1147/rd.312.0249">Karp and Rabin, Efficient randomized
 *     pattern-matching algorithms</a>
 */
final class SecretIndex {
  /** Shorter texts are not taken. */
  static final int SHORTEST = 4;

  private static final int START = 3;
  private static final int FILTER_BITS = 1 << 16;

  /** Not guessable, so that nobody writes texts with the same sums. */
  private static final long BASE = new SplittableRandom().nextLong() | 1;

  /** Where something may begin; replaced when something is added, which is there before. */
  private volatile long[] filter = new long[FILTER_BITS / Long.SIZE];

  private final Map<Long, ConcurrentSkipListMap<Integer, Map<Long, Form>>> byStart =
      new ConcurrentHashMap<>();
  private volatile int longest;

  /** A text to be found, with the sums of its beginnings once they were needed. */
  private static final class Form {
    private final String text;
    private volatile long @Nullable [] sums;

    Form(String text) {
      this.text = text;
    }

    long sum(int length) {
      long[] known = sums;
      if (known == null) {
        known = sums(text);
        sums = known;
      }
      return known[length];
    }
  }

  /** A part of a text, from {@code begin} to before {@code end}. */
  record Span(int begin, int end) {}

  /** Takes a text of at least four characters. */
  synchronized void add(String text) {
    Map<Long, Form> ofLength =
        byStart
            .computeIfAbsent(
                start(text, 0), key -> new ConcurrentSkipListMap<>(Comparator.reverseOrder()))
            .computeIfAbsent(text.length(), length -> new ConcurrentHashMap<>());
    long sum = sum(text);
    while (ofLength.containsKey(sum) && !ofLength.get(sum).text.equals(text)) {
      sum++; // found by none; two sums are never equal in practice
    }
    ofLength.putIfAbsent(sum, new Form(text));
    longest = Math.max(longest, text.length());
    long[] changed = filter.clone();
    int bit = bit(text, 0);
    changed[bit >> 6] |= 1L << bit;
    filter = changed;
  }

  /** Where the texts stand, in order; those that overlap are one span. */
  List<Span> find(String text) {
    List<Span> found = new ArrayList<>();
    long[] may = filter;
    long[] sums = null;
    long[] powers = null;
    for (int at = 0; at + SHORTEST <= text.length(); at++) {
      if (!may(may, text, at)) {
        continue;
      }
      Map<Integer, Map<Long, Form>> byLength = byStart.get(start(text, at));
      if (byLength == null) {
        continue;
      }
      if (sums == null || powers == null) {
        sums = sums(text);
        powers = powers(Math.min(longest, text.length()));
      }
      int length = longestAt(text, at, byLength, sums, powers);
      if (length > 0) {
        add(found, at, at + length);
      }
    }
    return found;
  }

  private static int longestAt(
      String text, int at, Map<Integer, Map<Long, Form>> byLength, long[] sums, long[] powers) {
    for (Map.Entry<Integer, Map<Long, Form>> each : byLength.entrySet()) {
      int length = each.getKey();
      if (length < powers.length && at + length <= text.length()) {
        long sum = sums[at + length] - sums[at] * powers[length];
        Form form = each.getValue().get(sum);
        if (form != null && text.startsWith(form.text, at)) {
          return length;
        }
      }
    }
    return 0;
  }

  private static void add(List<Span> found, int begin, int end) {
    Span last = found.isEmpty() ? null : found.getLast();
    if (last != null && begin < last.end()) {
      found.set(found.size() - 1, new Span(last.begin(), Math.max(end, last.end())));
    } else {
      found.add(new Span(begin, end));
    }
  }

  /**
   * Length of the longest end of the text that one of the texts begins with, and goes on; 0 if none
   * of at least three characters does.
   */
  int beginning(String text) {
    long[] may = filter;
    long[] sums = null;
    long[] powers = null;
    int size = text.length();
    for (int at = Math.max(0, size - longest + 1); at + START <= size; at++) {
      if (!may(may, text, at)) {
        continue;
      }
      Map<Integer, Map<Long, Form>> byLength = byStart.get(start(text, at));
      if (byLength == null) {
        continue;
      }
      if (sums == null || powers == null) {
        sums = sums(text);
        powers = powers(Math.min(longest, size));
      }
      int length = size - at;
      long sum = sums[size] - sums[at] * powers[length];
      for (Map.Entry<Integer, Map<Long, Form>> each : byLength.entrySet()) {
        if (each.getKey() <= length) {
          break;
        }
        for (Form form : each.getValue().values()) {
          if (form.sum(length) == sum) {
            return length;
          }
        }
      }
    }
    return 0;
  }

  private static boolean may(long[] filter, String text, int at) {
    int bit = bit(text, at);
    return (filter[bit >> 6] & 1L << bit) != 0;
  }

  private static int bit(String text, int at) {
    return (text.charAt(at) * 31 * 31 + text.charAt(at + 1) * 31 + text.charAt(at + 2))
        & FILTER_BITS - 1;
  }

  private static long start(String text, int at) {
    return (long) text.charAt(at) << 32 | (long) text.charAt(at + 1) << 16 | text.charAt(at + 2);
  }

  private static long sum(String text) {
    long sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum = sum * BASE + text.charAt(i) + 1;
    }
    return sum;
  }

  private static long[] sums(String text) {
    long[] sums = new long[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      sums[i + 1] = sums[i] * BASE + text.charAt(i) + 1;
    }
    return sums;
  }

  private static long[] powers(int most) {
    long[] powers = new long[most + 1];
    powers[0] = 1;
    for (int i = 1; i <= most; i++) {
      powers[i] = powers[i - 1] * BASE;
    }
    return powers;
  }
}
