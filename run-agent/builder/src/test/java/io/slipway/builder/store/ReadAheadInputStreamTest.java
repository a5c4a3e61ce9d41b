package io.slipway.builder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadInputStreamTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1 << 18, (1 << 18) + 1, 5_000_000})
  void givesWhatTheSourceHas(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    try (InputStream in = new ReadAheadInputStream(new ByteArrayInputStream(bytes))) {
      int first = in.read();
      assertThat(first).isEqualTo(size == 0 ? -1 : bytes[0] & 0xff);
      byte[] rest = in.readAllBytes();
      assertThat(rest.length).isEqualTo(Math.max(0, size - 1));
      for (int i = 0; i < rest.length; i++) {
        if (rest[i] != bytes[i + 1]) {
          throw new AssertionError("byte " + i);
        }
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void passesProblemsOnInTheirPlace() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is broken");
          }
        };
    try (InputStream in =
        new ReadAheadInputStream(
            new SequenceInputStream(new ByteArrayInputStream(new byte[1 << 18]), broken))) {
      assertThat(in.readNBytes(1 << 18)).hasSize(1 << 18);
      assertThatThrownBy(in::read).hasMessage("the disk is broken");
      assertThatThrownBy(in::read).hasMessage("the disk is broken");
    }
  }

  @Test
  void closedEarlyItLeavesNoThread() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 7;
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    try (InputStream in = new ReadAheadInputStream(endless)) {
      assertThat(in.read()).isEqualTo(7);
    }
    assertThat(closed).isTrue();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("unzip") && thread.isAlive());
  }
}
