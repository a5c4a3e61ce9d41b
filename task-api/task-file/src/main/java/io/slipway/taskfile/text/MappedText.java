package io.slipway.taskfile.text;

import io.slipway.taskfile.Refusal;
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
}
