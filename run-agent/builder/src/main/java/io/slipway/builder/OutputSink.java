package io.slipway.builder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Takes what a step prints, as it comes; not necessarily whole lines. Called from one thread at a
 * time.
 */
public interface OutputSink {
  /**
   * Bytes of standard output or standard error; the array belongs to the caller again afterwards.
   */
  void write(byte[] bytes, int offset, int length);

  /** A line of the engine's own, without its line end. */
  default void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  /** All that a process prints until it ends or is ended. */
  default void takeAll(InputStream printed) {
    byte[] buffer = new byte[1 << 14];
    try (printed) {
      for (int count = printed.read(buffer); count > 0; count = printed.read(buffer)) {
        write(buffer, 0, count);
      }
    } catch (IOException closed) {
      // The process was ended; what it printed until then is there.
    }
  }
}
