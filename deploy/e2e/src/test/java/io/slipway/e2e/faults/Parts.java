package io.slipway.e2e.faults;

import io.slipway.e2e.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The parts of the platform, to be paused, killed and told to stop; the supervisor mends them. */
final class Parts {
  /** All that can be killed one by one. */
  static final List<String> ALL =
      List.of(
          "task-api",
          "identity-service",
          "credential-broker",
          "registry",
          "kafka",
          "postgres",
          "run-agent-1",
          "run-agent-2");

  /** The agents that the platform starts with. */
  static final List<String> AGENTS = List.of("run-agent-1", "run-agent-2");

  private static final Duration BACK = Duration.ofMinutes(2);

  private final Platform platform;

  Parts(Platform platform) {
    this.platform = platform;
  }

  /** The process of a part. */
  ProcessHandle process(String part) {
    return platform.process(part);
  }

  /** Name of that of these agents whose child a process is. */
  String agentOf(ProcessHandle step, List<String> agents) {
    return agents.stream()
        .filter(agent -> isRunning(agent))
        .filter(agent -> process(agent).descendants().anyMatch(step::equals))
        .findFirst()
        .orElse("");
  }

  /**
   * Stops a part for a time. With PostgreSQL its servers of connections stop too; with an agent its
   * steps go on, since nobody who pauses an agent asks them.
   */
  void pause(String part, Duration time) throws InterruptedException {
    ProcessHandle process = process(part);
    List<ProcessHandle> all =
        part.startsWith("run-agent")
            ? List.of(process)
            : Stream.concat(Stream.of(process), process.descendants()).toList();
    all.forEach(one -> signal("STOP", one));
    try {
      Thread.sleep(time);
    } finally {
      all.forEach(one -> signal("CONT", one));
    }
  }

  /** Kills a part with -9; answers at once. */
  ProcessHandle kill(String part) {
    ProcessHandle process = process(part);
    signal("KILL", process);
    return process;
  }

  /** Kills a part with -9 and waits until its successor is ready. */
  void killAndAwait(String part) {
    awaitSuccessor(part, kill(part));
  }

  /** Kills a part as soon as it is ready again, for a time: it is away, but for moments. */
  void keepDown(String part, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      if (isRunning(part)) {
        kill(part);
      }
      Thread.sleep(Duration.ofMillis(200));
    }
  }

  /** Tells a part to stop in an orderly way. */
  ProcessHandle terminate(String part) {
    ProcessHandle process = process(part);
    signal("TERM", process);
    return process;
  }

  void awaitSuccessor(String part, ProcessHandle old) {
    Platform.await(
        part + " is running again",
        BACK,
        () -> isRunning(part) && process(part).pid() != old.pid());
  }

  /** Waits until every part is ready. */
  void awaitReady() {
    Platform.await(
        "the platform is ready again", BACK, () -> platform.slipway("status").exitCode() == 0);
  }

  /** Whether a part is running and ready for the first time. */
  boolean isRunning(String part) {
    try {
      return process(part).isAlive();
    } catch (NoSuchElementException | UncheckedIOException | AssertionError gone) {
      return false;
    }
  }

  /** Files in folders of an agent where nothing may stay: workspaces, secrets, spooled events. */
  List<Path> filesOf(String agent) {
    Path folder = platform.state().resolve("agents").resolve(agent);
    return Stream.of("runs", "secrets", "spool")
        .map(folder::resolve)
        .filter(Files::isDirectory)
        .flatMap(Parts::list)
        .toList();
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static void signal(String name, ProcessHandle process) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("kill does not end");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }
}
