package io.slipway.local.command;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Prints the end of the log of one part, or of all.")
final class LogsCommand implements Callable<Integer> {
  @Mixin private StateOption state;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "For example task-api, run-agent-1, kafka, supervisor.")
  private @Nullable String part;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "50",
      description = "Lines of each log (default: 50).")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Keeps printing new lines until Ctrl-C.")
  private boolean follow;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    List<Path> logs = logs();
    if (logs.isEmpty()) {
      throw new LocalException(
          part == null
              ? "There are no logs in " + state.folder().logs() + "."
              : "There is no log of " + part + "; there are: " + String.join(", ", names()));
    }
    logs.forEach(log -> command.add(log.toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private List<Path> logs() throws IOException {
    String wanted = part == null ? null : part + ".log";
    return all().stream()
        .filter(log -> wanted == null || log.getFileName().toString().equals(wanted))
        .toList();
  }

  private List<String> names() throws IOException {
    return all().stream().map(log -> log.getFileName().toString().replace(".log", "")).toList();
  }

  private List<Path> all() throws IOException {
    Path folder = state.folder().logs();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }
}
