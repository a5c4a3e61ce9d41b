package io.slipway.builder.watchdog;

import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineRun;
import io.slipway.builder.docker.DockerEngine;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An agent with steps, as a program that can be stopped: for each launcher a {@code cmd} step, a
 * detached one and a {@code RUN}, all of which sleep for a number of seconds by which they are
 * found in the process table, and a feeder. It says what became of them once they have ended.
 */
final class FedProgram {
  private FedProgram() {}

  /** Takes a folder, the seconds, and launchers or {@code docker <program> <address>}. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String sleep = "sleep " + arguments[1];
    ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor();
    List<Workbench> benches = new ArrayList<>();
    List<EngineRun> runs = new ArrayList<>();
    List<Thread> steps = new ArrayList<>();
    for (String launcher : List.of(arguments).subList(2, arguments.length)) {
      Workbench bench =
          bench(Files.createDirectories(folder.resolve("run-" + launcher.hashCode())), launcher);
      benches.add(bench);
      EngineRun build = bench.newRun();
      for (EngineRun run : List.of(bench.run, build)) {
        run.feed();
        feeder.scheduleAtFixedRate(run::feed, 1, 1, TimeUnit.SECONDS);
        runs.add(run);
      }
      List<String> command = List.of("/bin/sh", "-c", "trap '' TERM; " + sleep + " & wait");
      steps.add(step(() -> bench.container("test.local/base:1", command, "cmd", false)));
      steps.add(step(() -> bench.container("test.local/base:1", command, "detached", true)));
      steps.add(
          step(() ->
              build(
                  bench,
                  build,
                  folder.resolve("run-" + launcher.hashCode()).resolve("base"),
                  sleep)));
    }
    for (Thread step : steps) {
      step.join();
    }
    runs.forEach(run -> System.out.println("starved " + run.isStarved()));
    for (Workbench bench : benches) {
      bench.close();
    }
    feeder.shutdownNow();
    System.out.println("left " + ProcessHandle.current().descendants().toList());
  }

  private static Workbench bench(Path folder, String launcher) throws Exception {
    if (!launcher.startsWith("docker ")) {
      return Workbench.builtin(folder, launcher);
    }
    String[] docker = launcher.split(" ");
    return new Workbench(
        folder,
        DockerEngine.open(
            new DockerOptions(docker[1], docker[2], folder.resolve("engine"), false, false),
            Optional.empty()),
        ConnectionPool.builder().build());
  }

  private static void build(Workbench bench, EngineRun run, Path base, String sleep)
      throws Exception {
    bench.build(run, base, Workbench.BASE.familiar());
    bench.file("Dockerfile", "FROM test.local/base:1\nRUN " + sleep + "\n");
    bench.build(run, bench.context, "test.local/result:1");
  }

  private interface Step {
    void run() throws Exception;
  }

  private static Thread step(Step step) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            step.run();
          } catch (Exception ended) {
            System.out.println("step ended: " + ended);
          }
        });
  }
}
