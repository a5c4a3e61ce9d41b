package io.slipway.agent.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Makes whole lines of bytes as they come. A line that does not end is cut at 16 KiB. A line that
 * is drawn over, as a progress bar's is after each carriage return, is handed on once a second: its
 * other states are gone, as they are in a terminal.
 */
public final class LineBuffer {
  private static final int LONGEST = 16 * 1024;
  private static final long SHOWN_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<String> lines;
  private final LongSupplier nanoTime;
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private boolean returned;
  private long shown;

  /** Hands lines on, without their ends. */
  public LineBuffer(Consumer<String> lines) {
    this(lines, System::nanoTime);
  }

  /** With a clock that tells nanoseconds. */
  LineBuffer(Consumer<String> lines, LongSupplier nanoTime) {
    this.lines = lines;
    this.nanoTime = nanoTime;
    this.shown = nanoTime.getAsLong() - SHOWN_EVERY;
  }

  /** Takes bytes; hands on each line that they complete. */
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte next = bytes[i];
      if (next == '\n') {
        end();
      } else if (next == '\r') {
        returned = true;
      } else {
        if (returned) {
          drawOver();
        }
        open.write(next);
        // Only before a byte that begins a character, so that none is torn.
        if (open.size() >= LONGEST && (next & 0xC0) != 0x80) {
          end();
        }
      }
    }
  }

  private void drawOver() {
    returned = false;
    long now = nanoTime.getAsLong();
    if (open.size() > 0 && now - shown >= SHOWN_EVERY) {
      shown = now;
      end();
    }
    open.reset();
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
    returned = false;
    lines.accept(line);
  }
}
