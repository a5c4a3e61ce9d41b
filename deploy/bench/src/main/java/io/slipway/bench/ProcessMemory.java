package io.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory of a process and all below it, from Linux's {@code smaps_rollup}. */
final class ProcessMemory {
  private ProcessMemory() {}

  /**
   * Proportional set size in MiB: shared pages are divided among those who share them, so that the
   * sum over processes is what the machine gives.
   */
  static long mebibytes(ProcessHandle process) {
    long kibibytes =
        Stream.concat(Stream.of(process), process.descendants())
            .mapToLong(ProcessMemory::kibibytes)
            .sum();
    return kibibytes / 1024;
  }

  private static long kibibytes(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }
}
