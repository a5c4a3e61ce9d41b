package io.slipway.taskfile.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for the texts of {@code retryOnErrors} in what a program prints, wherever it was cut into
 * pieces; keeps no more of it than the longest text. For one thread.
 */
public final class TextWatch {
  private final List<byte[]> texts;
  private final int keep;
  private byte[] tail = new byte[0];
  private boolean found;

  /** Looks for one of these. */
  public TextWatch(List<String> texts) {
    this.texts = texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.keep = this.texts.stream().mapToInt(text -> text.length - 1).max().orElse(0);
  }

  /** Looks at what was printed next. */
  public void see(byte[] bytes, int offset, int length) {
    if (found || texts.isEmpty()) {
      return;
    }
    byte[] seen = Arrays.copyOf(tail, tail.length + length);
    System.arraycopy(bytes, offset, seen, tail.length, length);
    found = texts.stream().anyMatch(text -> contains(seen, text));
    tail = Arrays.copyOfRange(seen, Math.max(0, seen.length - keep), seen.length);
  }

  private static boolean contains(byte[] seen, byte[] text) {
    for (int at = 0; at + text.length <= seen.length; at++) {
      if (Arrays.equals(seen, at, at + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the texts was printed; true if there are none to look for. */
  public boolean matched() {
    return texts.isEmpty() || found;
  }
}
