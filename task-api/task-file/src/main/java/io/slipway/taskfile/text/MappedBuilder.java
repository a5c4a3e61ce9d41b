package io.slipway.taskfile.text;

import java.util.Arrays;

/** Puts a text together and notes from which line each of its lines comes. */
public final class MappedBuilder {
  private final StringBuilder out = new StringBuilder();
  private int[] sources = new int[16];
  private int count;
  private boolean atStart = true;
  private int lineOfNext = 1;

  /** Adds text that stands in a line of the source, all of it, however many lines it has. */
  public MappedBuilder inserted(String text, int line) {
    add(text, line, 0);
    return this;
  }

  /** Adds text that is copied from the source, where it begins in a line. */
  public MappedBuilder copied(String text, int line) {
    add(text, line, 1);
    return this;
  }

  private void add(String text, int line, int step) {
    int source = line;
    int from = 0;
    while (from < text.length()) {
      if (atStart) {
        note(source);
      }
      int feed = text.indexOf('\n', from);
      atStart = feed >= 0;
      int end = atStart ? feed + 1 : text.length();
      out.append(text, from, end);
      source += atStart ? step : 0;
      from = end;
    }
    lineOfNext = source;
  }

  private void note(int line) {
    if (count == sources.length) {
      sources = Arrays.copyOf(sources, 2 * count);
    }
    sources[count++] = line;
  }

  /** Number of characters so far. */
  public int length() {
    return out.length();
  }

  /** The text, whose lines come from those of a source. */
  public MappedText build(LineMap source) {
    int[] lines = Arrays.copyOf(sources, count + (atStart ? 1 : 0));
    if (atStart) {
      lines[count] = lineOfNext;
    }
    return new MappedText(out.toString(), source.then(lines));
  }
}
