package io.slipway.e2e.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the numbered lines of a log say: no gap, no line twice, and how often they were begun. */
final class NumberedLines {
  private static final Pattern LINE = Pattern.compile("(?m)^line (\\d+) of (\\d+)$");

  private NumberedLines() {}

  /**
   * What is wrong with a log, if anything is. Each attempt counts from 1 without a gap; the last
   * one, and no other, gets to the end.
   *
   * @param lines lines that the step prints
   * @param attempts attempts that the run has had
   */
  static Optional<String> fault(String log, int lines, int attempts) {
    List<Integer> ends = new ArrayList<>();
    int last = 0;
    Matcher found = LINE.matcher(log);
    while (found.find()) {
      int number = Integer.parseInt(found.group(1));
      if (number == 1 && last > 0) {
        ends.add(last);
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
    if (ends.size() >= attempts) {
      return Optional.of("begun " + (ends.size() + 1) + " times in " + attempts + " attempts");
    }
    return ends.contains(lines) ? Optional.of("done twice: " + ends) : Optional.empty();
  }
}
