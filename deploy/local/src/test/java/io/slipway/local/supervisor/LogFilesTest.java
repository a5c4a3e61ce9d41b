package io.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  @TempDir Path folder;

  @Test
  void shouldMoveOnlyLargeLogsAside() throws Exception {
    Files.writeString(folder.resolve("small.log"), "x");
    for (String name : new String[] {"large.log", "supervisor.log"}) {
      try (RandomAccessFile large = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
        large.setLength(21L << 20);
      }
    }

    LogFiles.turnOver(folder);

    assertThat(folder.resolve("small.log")).exists();
    assertThat(folder.resolve("supervisor.log")).exists();
    assertThat(folder.resolve("large.log")).doesNotExist();
    assertThat(folder.resolve("large.log.previous")).exists();
  }
}
