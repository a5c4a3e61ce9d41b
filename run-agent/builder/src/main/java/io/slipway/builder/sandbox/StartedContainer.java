package io.slipway.builder.sandbox;

import io.slipway.builder.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A container that was started.
 *
 * @param child the program that holds it; ends with the container and with its exit code
 * @param namespaces how many process namespaces its first process is below this one
 */
public record StartedContainer(ChildProcess child, int namespaces) {
  /** Sends a signal to its first process, for example {@code SIGTERM} or {@code 15}. */
  public void signal(String name) throws IOException, InterruptedException {
    Optional<Long> first = first();
    if (first.isPresent()) {
      String plain = name.startsWith("SIG") ? name.substring(3) : name;
      ChildProcess.run(List.of("kill", "-s", plain, String.valueOf(first.get())));
    }
  }

  /** Its first process: what its namespace calls 1, and all above it something else. */
  private Optional<Long> first() throws IOException {
    int depth = numbers("self").size() + namespaces;
    for (ProcessHandle each : child.below()) {
      List<String> numbers = numbers(String.valueOf(each.pid()));
      if (numbers.size() == depth && numbers.getLast().equals("1")) {
        return Optional.of(each.pid());
      }
    }
    return Optional.empty();
  }

  /** What the namespaces of a process call it, the outermost first. */
  private static List<String> numbers(String process) throws IOException {
    Path status = Path.of("/proc", process, "status");
    if (!Files.exists(status)) {
      return List.of("");
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("NSpid:"))
          .map(line -> List.of(line.substring("NSpid:".length()).strip().split("\\s+")))
          .findFirst()
          .orElse(List.of(""));
    } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException gone) {
      return List.of("");
    }
  }
}
