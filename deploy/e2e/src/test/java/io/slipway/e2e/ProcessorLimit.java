package io.slipway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** How many processors the kernel gives a process of this machine, by its control group. */
final class ProcessorLimit {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private ProcessorLimit() {}

  /** The number, or nothing if it has no limit. */
  static OptionalDouble of(long process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process + "/cgroup"))) {
      String[] parts = line.split(":", 3);
      String path = parts[2].substring(1);
      if (parts[1].isEmpty() && Files.exists(GROUPS.resolve(path).resolve("cpu.max"))) {
        return ratio(Files.readString(GROUPS.resolve(path).resolve("cpu.max")).split("\\s+"));
      }
      if (List.of(parts[1].split(",")).contains("cpu")) {
        Path folder = GROUPS.resolve("cpu").resolve(path);
        return ratio(
            Files.readString(folder.resolve("cpu.cfs_quota_us")).strip(),
            Files.readString(folder.resolve("cpu.cfs_period_us")).strip());
      }
    }
    return OptionalDouble.empty();
  }

  private static OptionalDouble ratio(String... quotaAndPeriod) {
    boolean none = quotaAndPeriod[0].equals("max") || quotaAndPeriod[0].startsWith("-");
    return none
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Double.parseDouble(quotaAndPeriod[0]) / Double.parseDouble(quotaAndPeriod[1]));
  }
}
