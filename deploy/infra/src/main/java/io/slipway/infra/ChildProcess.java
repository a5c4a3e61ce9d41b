package io.slipway.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that does not outlive this JVM, not even when the JVM is killed with -9: a small shell
 * in front of it holds a pipe to the JVM, and ends the program when the pipe does.
 */
public final class ChildProcess implements AutoCloseable {
  private static final String GUARD =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      trap 'kill -TERM "$child" 2>/dev/null' TERM INT
      (read -r _ <&3; kill -TERM "$child"
       for _ in $(seq 100); do sleep 0.2; done; kill -KILL "$child") >/dev/null 2>&1 &
      watch=$!
      wait "$child"; code=$?
      while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
      kill -KILL "$watch" 2>/dev/null
      exit "$code"
      """;

  private final String name;
  private final Process guard;
  private final Path log;
  private final long logStart;

  private ChildProcess(String name, Process guard, Path log, long logStart) {
    this.name = name;
    this.guard = guard;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts a program.
   *
   * @param name for messages
   * @param command program and arguments; must hold no secret
   * @param environment added to this process's environment; must hold no secret
   * @param folder its working directory
   * @param log file that its output is appended to
   */
  public static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path folder, Path log)
      throws IOException {
    // A session of its own: Ctrl-C on the terminal is for the parent, which ends its children in
    // order.
    List<String> guarded = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", GUARD, name));
    guarded.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(guarded).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    return new ChildProcess(name, builder.start(), log, logStart);
  }

  public String name() {
    return name;
  }

  /** File that holds its output. */
  public Path log() {
    return log;
  }

  /** Offset in that file, in bytes, at which its own output begins. */
  long logStart() {
    return logStart;
  }

  public boolean isAlive() {
    return guard.isAlive();
  }

  /** Its own process id, not its guard's; the guard's if it has ended. */
  public long pid() {
    for (int attempt = 0; attempt < 100 && guard.isAlive(); attempt++) {
      String shell = guard.info().command().orElse("");
      OptionalLong pid =
          guard
              .children()
              .filter(child -> !child.info().command().orElse(shell).equals(shell))
              .mapToLong(ProcessHandle::pid)
              .min();
      if (pid.isPresent()) {
        return pid.getAsLong();
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return guard.pid();
      }
    }
    return guard.pid();
  }

  /** Completes with the exit code when it ends. */
  public CompletableFuture<Integer> onExit() {
    return guard.onExit().thenApply(Process::exitValue);
  }

  /** Asks it to end, and forces it after the limit. */
  public void stop(Duration limit) {
    List<ProcessHandle> all = guard.descendants().toList();
    guard.destroy();
    try {
      if (!guard.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        all.forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      all.forEach(ProcessHandle::destroyForcibly);
      guard.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(15));
  }
}
