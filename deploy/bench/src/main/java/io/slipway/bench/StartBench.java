package io.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Time from nothing to ready, and the memory of each part. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Starts a platform of its own and prints the time to ready and the memory of each part.")
final class StartBench implements Callable<Integer> {
  @Option(names = "--root", required = true, hidden = true, description = "Folder of the project.")
  private Path root;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Restarts to measure (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--port-base",
      defaultValue = "28443",
      description = "First port (${DEFAULT-VALUE}).")
  private int portBase;

  @Override
  public Integer call() throws Exception {
    Path state = Files.createTempDirectory("slipway-bench-start");
    Samples restart = new Samples();
    try {
      System.out.printf(Locale.ROOT, "fresh state: ready after %.1f s%n", secondsToReady(state));
      printMemory(state);
      for (int round = 1; round <= rounds; round++) {
        slipway(state, "down");
        restart.add(secondsToReady(state));
      }
      System.out.printf(
          "restart: ready after %s s, median [range] of %d%n", restart.text(), rounds);
      return 0;
    } finally {
      slipway(state, "down");
      delete(state);
    }
  }

  private double secondsToReady(Path state) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    slipway(state, "up", "--detach", "--port-base", Integer.toString(portBase));
    return (System.nanoTime() - begin) / 1e9;
  }

  private void printMemory(Path state) throws IOException {
    Map<String, Long> parts = new TreeMap<>();
    try (Stream<Path> files = Files.list(state.resolve("run"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".pid")).toList()) {
        String part = file.getFileName().toString().replace(".pid", "");
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
            .ifPresent(process -> parts.put(part, own(part, process)));
      }
    }
    parts.forEach((part, mebibytes) -> System.out.printf("  %-20s %5d MiB%n", part, mebibytes));
    System.out.printf(
        "  %-20s %5d MiB%n", "all", parts.values().stream().mapToLong(Long::longValue).sum());
  }

  /** The supervisor is the parent of all; its own pages only. */
  private static long own(String part, ProcessHandle process) {
    long all = ProcessMemory.mebibytes(process);
    return part.equals("supervisor")
        ? all - process.children().mapToLong(ProcessMemory::mebibytes).sum()
        : all;
  }

  private void slipway(Path state, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("slipway").toString(), words[0]));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of(words).subList(1, words.length));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(state.resolve("bench.out").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(command + ":\n" + Files.readString(state.resolve("bench.out")));
    }
  }

  private static void delete(Path folder) throws IOException, InterruptedException {
    new ProcessBuilder("rm", "-rf", "--", folder.toString()).inheritIO().start().waitFor();
  }
}
