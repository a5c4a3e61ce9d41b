package io.slipway.agent.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Makes whole lines of bytes as they come. A line that does not end is cut at 16 KiB. */
public final class LineBuffer {
  private static final int LONGEST = 16 * 1024;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();

  /** Hands lines on, without their ends. */
  public LineBuffer(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Takes bytes; hands on each line that they complete. */
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte next = bytes[i];
      if (next == '\n') {
        end();
      } else {
        open.write(next);
        // Only before a byte that begins a character, so that none is torn.
        if (open.size() >= LONGEST && (next & 0xC0) != 0x80) {
          end();
        }
      }
    }
  }

  /** Hands on the line that has no end yet. */
  public synchronized void flush() {
    if (open.size() > 0) {
      end();
    }
  }

  private void end() {
    String line = open.toString(StandardCharsets.UTF_8);
    open.reset();
    // A program that redraws a line ends it by CR alone; the last state is what counts.
    lines.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
  }
}
