package io.slipway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What happened, for the seed that fails: the last lines, with their time. */
final class Story {
  private static final int LINES = 400;

  private final Schedule schedule;
  private final boolean told;
  private final Deque<String> lines = new ArrayDeque<>();

  /**
   * A story.
   *
   * @param told whether it is kept; to keep it takes longer than all else
   */
  Story(Schedule schedule, boolean told) {
    this.schedule = schedule;
    this.told = told;
  }

  /** Adds a line made as {@link String#formatted} does. */
  void tell(String line, @Nullable Object... values) {
    if (!told) {
      return;
    }
    if (lines.size() == LINES) {
      lines.removeFirst();
    }
    lines.addLast("%9.3f s  %s".formatted(schedule.now() / 1000.0, line.formatted(values)));
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
