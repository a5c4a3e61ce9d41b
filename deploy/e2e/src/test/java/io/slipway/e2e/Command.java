package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, bounded in time, and keeps what it printed. */
public final class Command {
  /**
   * What a program left.
   *
   * @param exitCode its exit code
   * @param out standard output
   * @param err standard error
   */
  public record Result(List<String> command, int exitCode, String out, String err) {
    String all() {
      return out + err;
    }

    /** Itself; fails if the program failed. */
    public Result succeeded() {
      assertThat(exitCode).as("%s%n%s", command, all()).isZero();
      return this;
    }

    Result failed() {
      assertThat(exitCode).as("%s%n%s", command, all()).isNotZero();
      return this;
    }
  }

  private Command() {}

  static Result run(
      Path folder, Map<String, String> environment, Duration limit, List<String> words) {
    try {
      Path out = Files.createTempFile("e2e", ".out");
      Path err = Files.createTempFile("e2e", ".err");
      ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
      builder.environment().putAll(environment);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            words + " did not end within " + limit + "\n" + read(out) + read(err));
      }
      Result result = new Result(new ArrayList<>(words), process.exitValue(), read(out), read(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  /** Program and arguments of a process, separated by blanks; empty if it is gone. */
  public static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
