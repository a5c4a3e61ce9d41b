package io.slipway.builder;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the agent's machine that works on what strangers send, such as git.
 *
 * @param command its words
 * @param environment its whole environment but for {@code PATH}; nothing secret
 * @param folder absolute folder, without links in it, that it works in; the only one that it writes
 * @param files files that it reads besides the machine's programs and certificates
 * @param internet whether all that it is to reach is in the internet, as steps reach it
 * @param watch called every {@link #BETWEEN_LOOKS_MILLIS} while it works; ends it by an exception
 */
public record MachineProgram(
    List<String> command,
    Map<String, String> environment,
    Path folder,
    List<Path> files,
    boolean internet,
    Watch watch) {
  /** Milliseconds between two looks at what it does. */
  public static final long BETWEEN_LOOKS_MILLIS = 250;

  /** Checks what a program has done so far. */
  @FunctionalInterface
  public interface Watch {
    void look() throws IOException;
  }

  /**
   * Runs it to its end with this process's own rights, for an engine that has no containers of its
   * own.
   *
   * @param output takes what it prints, errors too
   * @return exit code
   */
  public int runPlainly(OutputSink output) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path);
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    Process process = builder.start();
    // Read on another thread: an interrupt ends a wait, but not the read of a pipe.
    Thread reader = Thread.ofVirtual().start(() -> output.takeAll(process.getInputStream()));
    try {
      while (!process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        watch.look();
      }
      reader.join();
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
