package io.slipway.bench;

import io.slipway.bench.measure.Machine;
import io.slipway.bench.measure.ProcessMemory;
import io.slipway.bench.measure.Samples;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.SlipwayCommand;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Time from nothing to ready and the memory of each part, beside the infrastructure alone. Both are
 * started in turn, so that what else the machine does bears on both.
 */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Starts a platform of its own and prints the time to ready and the memory of each part,"
            + " beside Kafka and PostgreSQL alone.")
final class StartBench implements Callable<Integer> {
  private static final double GOAL_SECONDS = 20;
  private static final long GOAL_MEBIBYTES = 2048;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Starts to measure, each from nothing and again (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--port-base",
      defaultValue = "28443",
      description = "First port (${DEFAULT-VALUE}).")
  private int portBase;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("slipway.root"));
    System.out.println(Machine.line());
    recordFirstStart(root);
    Samples fresh = new Samples();
    Samples again = new Samples();
    Samples baseline = new Samples();
    Map<String, ProcessMemory> parts = new TreeMap<>();
    ProcessMemory infrastructure = ProcessMemory.NONE;
    for (int round = 1; round <= rounds; round++) {
      Path state = Files.createTempDirectory("slipway-bench-start");
      try (Infrastructure alone = Infrastructure.start(root, state.resolve("alone"), portBase)) {
        baseline.add(alone.seconds());
        infrastructure = alone.memory();
      }
      SlipwayCommand slipway = new SlipwayCommand(root, state);
      try {
        fresh.add(secondsToReady(slipway));
        parts = memory(state);
        slipway.run("down");
        again.add(secondsToReady(slipway));
      } finally {
        slipway.run("down");
        slipway.deleteState();
      }
      System.out.printf("round %d of %d%n", round, rounds);
    }
    print(fresh, again, baseline, parts, infrastructure);
    return 0;
  }

  private static void print(
      Samples fresh,
      Samples again,
      Samples baseline,
      Map<String, ProcessMemory> parts,
      ProcessMemory infrastructure) {
    System.out.println("seconds to ready, median [range]");
    System.out.printf("  platform, from nothing          %s%n", fresh.text());
    System.out.printf("  platform, with its data         %s%n", again.text());
    System.out.printf("  Kafka and PostgreSQL alone      %s%n", baseline.text());
    System.out.printf(
        Locale.ROOT,
        "  ratio                           %.2f%n",
        fresh.median() / baseline.median());
    System.out.println("memory                    resident  with shared pages divided");
    parts.forEach((part, memory) -> System.out.printf("  %-20s %s%n", part, memory.columns()));
    ProcessMemory all = parts.values().stream().reduce(ProcessMemory.NONE, ProcessMemory::plus);
    System.out.printf("  %-20s %s%n", "all", all.columns());
    System.out.printf("  %-20s %s%n", "infrastructure alone", infrastructure.columns());
    boolean quick = fresh.median() <= GOAL_SECONDS;
    // PostgreSQL's processes share most of their memory, so it must not be counted for each of
    // them.
    boolean small = all.proportional() / 1024 <= GOAL_MEBIBYTES;
    System.out.printf(
        Locale.ROOT,
        "goal: ready within %.0f s from nothing: %s; at most %d MiB resident, what is shared"
            + " counted once: %s%n",
        GOAL_SECONDS,
        quick ? "met" : "missed",
        GOAL_MEBIBYTES,
        small ? "met" : "missed");
  }

  /** The first start of a build records what later ones are quicker with. */
  private void recordFirstStart(Path root) throws IOException, InterruptedException {
    Path state = Files.createTempDirectory("slipway-bench-start");
    SlipwayCommand slipway = new SlipwayCommand(root, state);
    try {
      System.out.printf(
          Locale.ROOT,
          "first start, which may be the first of this build: ready after %.1f s%n",
          secondsToReady(slipway));
      long begin = System.nanoTime();
      BenchPlatform.awaitQuickened(new StateFolder(state));
      System.out.printf(
          Locale.ROOT,
          "its archives of classes were there %.1f s later%n",
          (System.nanoTime() - begin) / 1e9);
    } finally {
      slipway.run("down");
      slipway.deleteState();
    }
  }

  private double secondsToReady(SlipwayCommand slipway) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    slipway.run("up", "--detach", "--port-base", Integer.toString(portBase));
    return (System.nanoTime() - begin) / 1e9;
  }

  private static Map<String, ProcessMemory> memory(Path state) throws IOException {
    Map<String, ProcessMemory> parts = new TreeMap<>();
    try (Stream<Path> files = Files.list(state.resolve("run"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".pid")).toList()) {
        String part = file.getFileName().toString().replace(".pid", "");
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
            .ifPresent(process -> {
              // The supervisor is the parent of all: its own pages only.
              parts.put(
                  part,
                  part.equals("supervisor")
                      ? ProcessMemory.of(process)
                      : ProcessMemory.ofTree(process));
            });
      }
    }
    return parts;
  }
}
