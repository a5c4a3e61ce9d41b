package io.slipway.taskfile.text;

import java.util.Arrays;

/**
 * Says for each line of a text from which line of the user's file it comes. A line that a template
 * or an alias made comes from the line where that template or alias stands.
 */
public final class LineMap {
  private final int[] sources;

  private LineMap(int[] sources) {
    this.sources = sources;
  }

  /** Of a text that is still as the user wrote it. */
  public static LineMap identity(String text) {
    int[] lines = new int[1 + (int) text.chars().filter(c -> c == '\n').count()];
    Arrays.setAll(lines, i -> i + 1);
    return new LineMap(lines);
  }

  /** With the source line, counted from 1, of each line in turn. */
  public static LineMap of(int[] sources) {
    return new LineMap(sources.clone());
  }

  /**
   * Line of the user's file, counted from 1. A line past the end is taken for the last one; 0 stays
   * 0 (no place).
   */
  public int source(int line) {
    if (line < 1 || sources.length == 0) {
      return line < 1 ? 0 : line;
    }
    return sources[Math.min(line, sources.length) - 1];
  }

  /** The map of a text whose lines come from the lines of this one. */
  public LineMap then(int[] lines) {
    return new LineMap(Arrays.stream(lines).map(this::source).toArray());
  }

  /** Number of lines that are known. */
  public int size() {
    return sources.length;
  }

  @Override
  public String toString() {
    return Arrays.toString(sources);
  }
}
