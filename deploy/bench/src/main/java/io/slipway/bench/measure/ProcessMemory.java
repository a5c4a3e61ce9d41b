package io.slipway.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Memory of processes, from Linux's {@code smaps_rollup}.
 *
 * @param resident KiB in memory; pages that several processes share count for each of them
 * @param proportional KiB with shared pages divided among those who share them, so that the sum
 *     over processes is what the machine gives
 */
public record ProcessMemory(long resident, long proportional) {
  public static final ProcessMemory NONE = new ProcessMemory(0, 0);

  /** Of a process and all below it. */
  public static ProcessMemory ofTree(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessMemory::of)
        .reduce(NONE, ProcessMemory::plus);
  }

  /** Of one process; none if it is gone. */
  public static ProcessMemory of(ProcessHandle process) {
    try {
      return parse(Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup")));
    } catch (IOException gone) {
      return NONE;
    }
  }

  static ProcessMemory parse(List<String> lines) {
    return new ProcessMemory(kibibytes(lines, "Rss:"), kibibytes(lines, "Pss:"));
  }

  private static long kibibytes(List<String> lines, String field) {
    return lines.stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  public ProcessMemory plus(ProcessMemory other) {
    return new ProcessMemory(resident + other.resident, proportional + other.proportional);
  }

  /** Both in MiB, as columns. */
  public String columns() {
    return String.format("%5d MiB %5d MiB", resident / 1024, proportional / 1024);
  }
}
