package io.slipway.local.supervisor;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps logs from growing for ever: a large one becomes the previous one when a platform starts.
 */
final class LogFiles {
  private static final long LARGE_BYTES = 20L << 20;

  private LogFiles() {}

  /** Moves large logs aside; nothing may be writing them. The supervisor's own is left. */
  static void turnOver(Path folder) {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
      for (Path log : logs) {
        boolean own = log.getFileName().toString().equals("supervisor.log");
        if (!own && Files.size(log) > LARGE_BYTES) {
          Files.move(
              log,
              log.resolveSibling(log.getFileName() + ".previous"),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException failed) {
      throw new LocalException(folder + " cannot be written: " + failed.getMessage(), failed);
    }
  }
}
