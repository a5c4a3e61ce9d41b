package io.slipway.taskfile.text;

import io.slipway.taskfile.Refusal;
import java.util.Arrays;
import java.util.List;

/**
 * A text with the places where its lines come from.
 *
 * @param text the text; lines end with a line feed
 * @param lines where they come from
 */
public record MappedText(String text, LineMap lines) {
  /** A text as the user wrote it. */
  public static MappedText of(String text) {
    return new MappedText(text, LineMap.identity(text));
  }

  /** Keeps some lines, given by their numbers counted from 0, in that order. */
  public MappedText only(List<Integer> kept) {
    String[] all = text.split("\n", -1);
    StringBuilder left = new StringBuilder();
    int[] sources = new int[kept.size()];
    for (int i = 0; i < sources.length; i++) {
      left.append(i == 0 ? "" : "\n").append(all[kept.get(i)]);
      sources[i] = kept.get(i) + 1;
    }
    return new MappedText(left.toString(), lines.then(sources));
  }

  /** A problem at a place of this text, told with the line of the user's file. */
  public Refusal problem(int offset, String message) {
    int line = 1;
    int start = 0;
    int end = Math.min(offset, text.length());
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return Refusal.at(lines.source(line), end - start + 1, message);
  }

  /** Puts a text together and notes from which line each of its lines comes. */
  public static final class Builder {
    private final StringBuilder out = new StringBuilder();
    private int[] sources = new int[16];
    private int count;
    private boolean atStart = true;
    private int lineOfNext = 1;

    /** Adds text that stands in a line of the source, all of it, however many lines it has. */
    public Builder inserted(String text, int line) {
      add(text, line, 0);
      return this;
    }

    /** Adds text that is copied from the source, where it begins in a line. */
    public Builder copied(String text, int line) {
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
}
