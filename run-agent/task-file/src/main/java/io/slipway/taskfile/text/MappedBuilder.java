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
  public MappedBuilder inserted(CharSequence text, int line) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i), line);
    }
    lineOfNext = line;
    return this;
  }

  /** Adds text that is copied from the source, where it begins in a line. */
  public MappedBuilder copied(CharSequence text, int line) {
    int at = line;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      put(c, at);
      if (c == '\n') {
        at++;
      }
    }
    lineOfNext = at;
    return this;
  }

  private void put(char c, int line) {
    if (atStart) {
      note(line);
      atStart = false;
    }
    out.append(c);
    atStart = c == '\n';
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
