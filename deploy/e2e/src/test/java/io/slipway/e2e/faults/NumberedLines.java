package io.slipway.e2e.faults;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the numbered lines of a log say: no gap, no line twice, and how often they were begun. */
final class NumberedLines {
  private static final Pattern LINE = Pattern.compile("(?m)^line (\\d+) of (\\d+)$");

  private NumberedLines() {}

  /**
   * What is wrong with a log, if anything is. Each attempt counts from 1 without a gap; the last
   * one gets to the end. An earlier one may have printed all of its lines, too, when its agent was
   * stopped before it could say so.
   *
   * @param lines lines that the step prints
   * @param attempts attempts that the run has had
   */
  static Optional<String> fault(String log, int lines, int attempts) {
    int begun = 1;
    int last = 0;
    Matcher found = LINE.matcher(log);
    while (found.find()) {
      int number = Integer.parseInt(found.group(1));
      if (number == 1 && last > 0) {
        begun++;
        last = 0;
      }
      if (number != last + 1) {
        return Optional.of("line " + number + " after line " + last);
      }
      last = number;
    }
    if (last != lines) {
      return Optional.of("ends with line " + last + " of " + lines);
    }
    return begun > attempts
        ? Optional.of("begun " + begun + " times in " + attempts + " attempts")
        : Optional.empty();
  }
}
