package io.slipway.agent.step;

import io.slipway.engine.OutputSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for texts in what a program prints, wherever it was cut into pieces; keeps no more of it
 * than the longest text.
 */
final class TextWatch implements OutputSink {
  private final List<byte[]> texts;
  private final int keep;
  private final OutputSink next;
  private byte[] tail = new byte[0];
  private boolean found;

  TextWatch(List<String> texts, OutputSink next) {
    this.texts = texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.keep = this.texts.stream().mapToInt(text -> text.length - 1).max().orElse(0);
    this.next = next;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (!found && !texts.isEmpty()) {
      byte[] seen = Arrays.copyOf(tail, tail.length + length);
      System.arraycopy(bytes, offset, seen, tail.length, length);
      found = texts.stream().anyMatch(text -> contains(seen, text));
      tail = Arrays.copyOfRange(seen, Math.max(0, seen.length - keep), seen.length);
    }
    next.write(bytes, offset, length);
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
  boolean matched() {
    return texts.isEmpty() || found;
  }
}
