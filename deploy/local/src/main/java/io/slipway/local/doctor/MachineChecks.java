package io.slipway.local.doctor;

import io.slipway.local.machine.LoopbackPorts;
import io.slipway.local.machine.Programs;
import io.slipway.local.state.Ports;
import io.slipway.local.supervisor.Preflight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs, ports, disk and memory. */
public final class MachineChecks {
  private static final long LEAST_MEMORY_KIB = 2L << 20;

  private MachineChecks() {}

  /**
   * Tries everything.
   *
   * @param ports ports that must be free, or null when the platform runs and holds them itself
   */
  public static List<Finding> all(Path folder, @Nullable Ports ports, int agents) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.good("JDK", Runtime.version() + " in " + System.getProperty("java.home")));
    findings.add(program("mvn", "maven", true, "-v"));
    findings.add(program("git", "git", true, "--version"));
    findings.add(program("curl", "curl", false, "--version"));
    findings.add(program("az", "azure-cli", false, "version", "--query", "\"azure-cli\""));
    findings.add(program("setsid", "util-linux", true, "--version"));
    findings.add(disk(folder));
    findings.add(memory());
    if (ports != null) {
      findings.add(freePorts(ports, agents));
    }
    return findings;
  }

  private static Finding program(
      String name, String packageName, boolean required, String... arguments) {
    String remedy = "apt-get install " + packageName;
    if (!Programs.onPath(name)) {
      return Finding.bad(name, required, "not found", remedy);
    }
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(List.of(arguments));
    try {
      Path scratch = Files.createTempDirectory("slipway-doctor");
      try {
        return tried(name, required, remedy, command, scratch);
      } finally {
        try (Stream<Path> left = Files.walk(scratch)) {
          for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    } catch (IOException failed) {
      return Finding.bad(name, required, String.valueOf(failed.getMessage()), remedy);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Finding.bad(name, required, "interrupted", remedy);
    }
  }

  private static Finding tried(
      String name, boolean required, String remedy, List<String> command, Path scratch)
      throws IOException, InterruptedException {
    Path output = scratch.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    // Asking az for its version would make its folder in the person's home.
    builder.environment().put("AZURE_CONFIG_DIR", scratch.toString());
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return Finding.bad(name, required, "does not finish", remedy);
    }
    String first = firstLine(Files.readString(output, StandardCharsets.UTF_8));
    return process.exitValue() == 0
        ? Finding.good(name, first)
        : Finding.bad(name, required, first, remedy);
  }

  private static String firstLine(String output) {
    String line = output.lines().findFirst().orElse("").replaceAll("\\e\\[[0-9;]*m", "");
    return line.length() > 70 ? line.substring(0, 70) : line;
  }

  private static Finding disk(Path folder) {
    long free = Preflight.freeBytes(folder);
    String detail = free / (1 << 20) + " MiB free for " + folder;
    return free >= Preflight.LEAST_DISK_BYTES
        ? Finding.good("disk", detail)
        : Finding.bad("disk", true, detail, "free some space, or use --state DIR on another disk");
  }

  private static Finding memory() {
    try {
      long available =
          Files.readAllLines(Path.of("/proc/meminfo")).stream()
              .filter(line -> line.startsWith("MemAvailable:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
      String detail = available / 1024 + " MiB available, 2048 MiB are recommended";
      return available >= LEAST_MEMORY_KIB
          ? Finding.good("memory", detail)
          : Finding.bad("memory", false, detail, "close other programs, or start with --agents 1");
    } catch (IOException unknown) {
      return Finding.bad("memory", false, "cannot be read", "Slipway runs on Linux");
    }
  }

  private static Finding freePorts(Ports ports, int agents) {
    String taken =
        ports.needed(agents, false).entrySet().stream()
            .filter(port -> !LoopbackPorts.isFree(port.getValue()))
            .map(Map.Entry::getValue)
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    String range = ports.base() + " to " + ports.git();
    return taken.isEmpty()
        ? Finding.good("ports", range + " are free where needed")
        : Finding.bad("ports", true, taken + " taken", "stop what uses them, or use --port-base N");
  }
}
