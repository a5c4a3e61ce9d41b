package io.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  @TempDir Path folder;

  @Test
  void shouldTurnOverLargeLogsThatAreBeingWritten() throws Exception {
    Files.writeString(folder.resolve("small.log"), "x");
    for (String name : new String[] {"large", "supervisor"}) {
      Path log = folder.resolve(name + ".log");
      try (RandomAccessFile large = new RandomAccessFile(log.toFile(), "rw")) {
        large.setLength(21L << 20);
      }
      try (FileOutputStream part = new FileOutputStream(log.toFile(), true)) {
        part.write("before\n".getBytes(StandardCharsets.UTF_8));

        LogFiles.turnOver(folder);

        part.write("after\n".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(log).hasContent("after\n");
      Path previous = folder.resolve(name + ".log.previous");
      assertThat(Files.size(previous)).isEqualTo((21L << 20) + 7);
    }
    assertThat(folder.resolve("small.log")).hasContent("x");
    assertThat(folder.resolve("small.log.previous")).doesNotExist();
  }
}
