package io.slipway.builder.builtin;

import io.slipway.builder.OutputSink;
import java.util.Arrays;

/** Keeps the end of what a container prints. */
final class OutputTail implements OutputSink {
  /** Most bytes that are kept. */
  static final int MOST = 1 << 20;

  private byte[] kept = new byte[1 << 10];
  private int length;

  @Override
  public synchronized void write(byte[] bytes, int offset, int count) {
    int from = offset + Math.max(0, count - MOST);
    int added = offset + count - from;
    int dropped = Math.max(0, length + added - MOST);
    if (dropped > 0) {
      System.arraycopy(kept, dropped, kept, 0, length - dropped);
      length -= dropped;
    }
    if (length + added > kept.length) {
      kept = Arrays.copyOf(kept, Math.min(MOST, Math.max(2 * kept.length, length + added)));
    }
    System.arraycopy(bytes, from, kept, length, added);
    length += added;
  }

  synchronized byte[] bytes() {
    return Arrays.copyOf(kept, length);
  }
}
