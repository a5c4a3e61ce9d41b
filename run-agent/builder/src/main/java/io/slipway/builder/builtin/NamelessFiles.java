package io.slipway.builder.builtin;

import io.slipway.builder.process.DiskUse;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Files that processes have open and that have no name any more: nobody finds them in a folder, and
 * they take the disk until the last process closes them.
 */
final class NamelessFiles {
  private static final int MOST_OPEN = 100_000;
  private static final int MOST_COUNTED = 1_000;

  /** Smaller ones are not worth a look at their blocks. */
  private static final long LEAST = 64 << 10;

  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;

  private NamelessFiles() {}

  /** What they take. */
  static long bytes(Collection<Long> processes) throws InterruptedException {
    Map<String, Path> found = new HashMap<>();
    int seen = 0;
    for (Long process : processes) {
      Path open = Path.of("/proc", String.valueOf(process), "fd");
      try (DirectoryStream<Path> files = Files.newDirectoryStream(open)) {
        for (Path file : files) {
          if (++seen > MOST_OPEN || found.size() >= MOST_COUNTED) {
            return DiskUse.ofOpenFiles(found.values());
          }
          note(file, found);
        }
      } catch (IOException | DirectoryIteratorException | SecurityException gone) {
        // The process has ended, or is not ours to look at.
      }
    }
    return found.isEmpty() ? 0 : DiskUse.ofOpenFiles(found.values());
  }

  private static void note(Path file, Map<String, Path> found) {
    try {
      Map<String, Object> is = Files.readAttributes(file, "unix:nlink,mode,size,dev,ino");
      if (is.get("nlink") instanceof Integer names
          && names == 0
          && is.get("mode") instanceof Integer mode
          && (mode & TYPE) == REGULAR
          && is.get("size") instanceof Long size
          && size >= LEAST
          && !isMemory(Files.readSymbolicLink(file).toString())) {
        found.putIfAbsent(is.get("dev") + ":" + is.get("ino"), file);
      }
    } catch (IOException closed) {
      // Then it takes nothing.
    }
  }

  /** Those count among the memory. */
  private static boolean isMemory(String name) {
    return name.startsWith("/memfd:") || name.startsWith("/dev/shm/") || name.startsWith("/SYSV");
  }
}
