package io.slipway.builder.docker;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts the steps that were in the cache, by what the classic builder and BuildKit print. BuildKit
 * says so of a base image too that it has used before, which is not a step that was saved. Safe for
 * several threads.
 */
final class CachedSteps {
  private static final Pattern REPORT =
      Pattern.compile("(?m)---> Using cache|^#(\\d+) (?:(CACHED)$|\\[[^\\]\\n]*\\] FROM )");

  private final Set<String> bases = new HashSet<>();
  private int count;

  /** Takes in some whole lines of output. */
  synchronized void read(String text) {
    Matcher report = REPORT.matcher(text);
    while (report.find()) {
      String number = report.group(1);
      if (number != null && report.group(2) == null) {
        bases.add(number);
      } else if (number == null || !bases.contains(number)) {
        count++;
      }
    }
  }

  synchronized int count() {
    return count;
  }
}
