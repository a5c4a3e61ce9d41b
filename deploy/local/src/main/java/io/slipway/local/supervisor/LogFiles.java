package io.slipway.local.supervisor;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Keeps logs from growing for ever: a large one becomes the previous one. */
final class LogFiles {
  private static final long LARGE_BYTES = 20L << 20;

  private LogFiles() {}

  /**
   * Copies large logs aside and empties them, the supervisor's own too. Their parts go on writing
   * to them, which they opened for appending; a line that is written at the very moment may be
   * lost.
   */
  static void turnOver(Path folder) {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
      for (Path log : logs) {
        if (Files.size(log) > LARGE_BYTES) {
          turnOverOne(log);
        }
      }
    } catch (IOException failed) {
      throw new LocalException(folder + " cannot be written: " + failed.getMessage(), failed);
    }
  }

  private static void turnOverOne(Path log) throws IOException {
    Path copy = log.resolveSibling(log.getFileName() + ".new");
    try (FileChannel from =
            FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to =
            FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      long copied = 0;
      while (copied < from.size()) {
        copied += from.transferTo(copied, from.size() - copied, to);
      }
      from.truncate(0);
    }
    Files.move(
        copy,
        log.resolveSibling(log.getFileName() + ".previous"),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
