package io.slipway.agent.context;

import io.slipway.builder.OutputSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What git prints: records that end with a NUL, and a rest. After a record that is too long, or
 * that its reader did not want, the others are thrown away; {@link #check} says why.
 */
final class GitRecords implements OutputSink {
  /** A path has 4,096 bytes at most, and an error some lines. */
  private static final int LONGEST = 1 << 16;

  private final Reader reader;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean tooLong;
  private @Nullable IOException failed;

  /** Takes the records one by one; none is empty. */
  @FunctionalInterface
  interface Reader {
    void next(String text) throws IOException;
  }

  GitRecords(Reader reader) {
    this.reader = reader;
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == 0) {
        end();
      } else if (text.size() < LONGEST) {
        text.write(bytes[i]);
      } else {
        tooLong = true;
      }
    }
  }

  private void end() {
    try {
      if (failed == null && text.size() > 0) {
        requireShort();
        reader.next(rest());
      }
    } catch (IOException refused) {
      failed = refused;
    }
    text.reset();
    tooLong = false;
  }

  private void requireShort() throws IOException {
    if (tooLong) {
      throw new IOException("git printed more than %d bytes in one record".formatted(LONGEST));
    }
  }

  /** Fails as the reader did. */
  synchronized void check() throws IOException {
    if (failed != null) {
      throw failed;
    }
  }

  /** What came after the last NUL, or its beginning. */
  synchronized String rest() {
    return text.toString(StandardCharsets.UTF_8);
  }

  /** The same, all of it. */
  synchronized String text() throws IOException {
    requireShort();
    return rest();
  }
}
