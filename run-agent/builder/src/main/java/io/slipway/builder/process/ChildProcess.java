package io.slipway.builder.process;

import io.slipway.builder.OutputSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that was started, with all its output in one stream. */
public final class ChildProcess {
  /** Nothing to read. */
  public static final Path NOTHING = Path.of("/dev/null");

  private static final long GONE_MILLIS = 5_000;
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Thread reader;

  private ChildProcess(Process process, Thread reader) {
    this.process = process;
    this.reader = reader;
  }

  /** Starts a program with a file to read, with the given environment and nothing else. */
  public static ChildProcess start(
      List<String> command, Map<String, String> environment, Path input, OutputSink output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(input.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Thread reader = Thread.ofVirtual().start(() -> output.takeAll(process.getInputStream()));
    return new ChildProcess(process, reader);
  }

  /** Waits for its end and for all it printed; an interrupt ends it with all it started. */
  public int await() throws InterruptedException {
    try {
      int code = process.waitFor();
      reader.join();
      return code;
    } catch (InterruptedException interrupted) {
      kill();
      throw interrupted;
    }
  }

  /** Waits for its end and for all it printed; an interrupt ends the waiting only. */
  public int join() throws InterruptedException {
    int code = process.waitFor();
    reader.join();
    return code;
  }

  /** Whether it ended within a time. */
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return process.waitFor(time, unit);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it with all it started, and waits until it has ended. */
  public void kill() {
    if (!process.isAlive()) {
      return; // Whoever looks for what it started reads every process of the machine.
    }
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(GONE_MILLIS, TimeUnit.MILLISECONDS);
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GONE_MILLIS);
      while (below.stream().anyMatch(ChildProcess::runs) && System.nanoTime() < until) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException again) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is still running; a zombie that nobody has waited for is not. */
  private static boolean runs(ProcessHandle each) {
    if (!each.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(each.pid()), "stat"));
      // The name before it is in brackets, and may hold anything.
      String state = stat.substring(stat.lastIndexOf(')') + 1).strip();
      return !state.startsWith("Z") && !state.startsWith("X");
    } catch (IOException gone) {
      return false;
    }
  }

  public List<ProcessHandle> below() {
    return process.descendants().toList();
  }

  /**
   * Runs a program to its end.
   *
   * @return what it printed
   * @throws IOException if it ended with another code than 0; the message has its last words
   */
  public static String run(List<String> command) throws IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int code = start(command, Tools.ENVIRONMENT, NOTHING, printed::write).await();
    String text = printed.toString(StandardCharsets.UTF_8).strip();
    if (code != 0) {
      throw new IOException(command.get(0) + " ended with " + code + ": " + text);
    }
    return text;
  }
}
