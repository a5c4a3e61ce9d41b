package io.slipway.demo;

import io.slipway.local.az.AzureCli;
import io.slipway.local.state.LocalException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs {@code az} for an audience: each command is printed, and its output while it comes. */
final class ShownAz {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@=,\\[\\]-]+");

  private final AzureCli az;
  private final PrintStream out;

  ShownAz(AzureCli az, PrintStream out) {
    this.az = az;
    this.out = out;
  }

  /**
   * What a command left.
   *
   * @param exitCode its exit code
   * @param output all that it printed
   */
  record Result(int exitCode, String output) {}

  /** Prints what comes next. */
  void title(String text) {
    out.println();
    out.println("### " + text);
  }

  /** Prints a remark on what was just shown. */
  void remark(String text) {
    out.println("# " + text);
  }

  /** Prints a command that is not {@code az}, and its output. */
  void show(String command, String output) {
    out.println();
    out.println("$ " + command);
    out.print(output);
  }

  /** Runs a command that must succeed. */
  void run(String... words) {
    Result result = attempt(words);
    if (result.exitCode() != 0) {
      throw new LocalException(
          "az " + words[0] + " " + words[1] + " failed (exit code " + result.exitCode() + ").");
    }
  }

  /** Runs a command that may fail. */
  Result attempt(String... words) {
    out.println();
    out.println("$ " + line(words));
    return execute(az.process(List.of(words)).redirectErrorStream(true), true);
  }

  /** Runs a query and keeps its value, shown as an assignment of a shell variable. */
  String value(String variable, String... words) {
    String[] all =
        Stream.concat(Stream.of(words), Stream.of("--output", "tsv")).toArray(String[]::new);
    out.println();
    out.println("$ " + variable + "=$(" + line(all) + ")");
    String value = quietValue(words);
    out.println("# " + variable + "=" + value);
    if (value.isEmpty()) {
      throw new LocalException("az " + words[0] + " " + words[1] + " gave no " + variable + ".");
    }
    return value;
  }

  /** Runs a query without showing it. */
  String quietValue(String... words) {
    List<String> all = Stream.concat(Stream.of(words), Stream.of("--output", "tsv")).toList();
    ProcessBuilder query = az.process(all);
    query.redirectError(ProcessBuilder.Redirect.INHERIT);
    Result result = execute(query, false);
    if (result.exitCode() != 0) {
      throw new LocalException("az " + words[0] + " " + words[1] + " failed.");
    }
    return result.output().strip();
  }

  private Result execute(ProcessBuilder builder, boolean shown) {
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      Process process = builder.start();
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      try (InputStream output = process.getInputStream()) {
        for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
          kept.write(buffer, 0, read);
          if (shown) {
            out.write(buffer, 0, read);
            out.flush();
          }
        }
      }
      return new Result(process.waitFor(), kept.toString(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new LocalException("az cannot be run: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    }
  }

  private static String line(String... words) {
    return "az "
        + Stream.of(words)
            .map(word ->
                PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
  }
}
