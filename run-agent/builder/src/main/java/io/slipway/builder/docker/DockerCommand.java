package io.slipway.builder.docker;

import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.ChildProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls of the program, with an environment of their own and no standing log-ins. */
final class DockerCommand {
  private final DockerOptions options;
  private final Path config;

  /**
   * With what lies in a folder.
   *
   * @param config folder that takes the place of the user's {@code ~/.docker}
   */
  DockerCommand(DockerOptions options, Path config) {
    this.options = options;
    this.config = config;
  }

  /**
   * Starts it.
   *
   * @param environment variables besides the usual ones; the usual ones win
   */
  ChildProcess start(List<String> words, Map<String, String> environment, OutputSink output)
      throws EngineException {
    List<String> command = new ArrayList<>(List.of(options.program()));
    command.addAll(words);
    try {
      return ChildProcess.start(command, environment(environment), ChildProcess.NOTHING, output);
    } catch (IOException missing) {
      throw EngineException.unsupported(
          "engine=docker: the program '" + options.program() + "' cannot be started", missing);
    }
  }

  /** Its whole environment, with some variables besides the usual ones; the usual ones win. */
  Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin");
    environment.put("HOME", config.toString());
    environment.put("DOCKER_CONFIG", config.toString());
    // Podman's name for the same.
    environment.put("REGISTRY_AUTH_FILE", config.resolve("config.json").toString());
    if (options.host() != null) {
      environment.put("DOCKER_HOST", options.host());
      environment.put("CONTAINER_HOST", options.host());
    }
    return environment;
  }

  /**
   * Calls it to its end.
   *
   * @return what it printed
   * @throws EngineException with what it printed if its exit code is not zero
   */
  String call(String... words) throws EngineException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int code = start(List.of(words), Map.of(), printed::write).await();
    String text = printed.toString(StandardCharsets.UTF_8).strip();
    if (code != 0) {
      throw EngineException.platform(last(text));
    }
    return text;
  }

  /** Waits for the end of a program and answers its exit code. */
  @FunctionalInterface
  interface Waiting {
    int await(ChildProcess program) throws InterruptedException;
  }

  /** Calls it and shows what it prints; an error has the last line of it. */
  void show(List<String> words, Map<String, String> environment, OutputSink output)
      throws EngineException, InterruptedException {
    show(words, environment, output, ChildProcess::await);
  }

  /** The same, with a way to wait. */
  void show(List<String> words, Map<String, String> environment, OutputSink output, Waiting waiting)
      throws EngineException, InterruptedException {
    LastLine last = new LastLine(output);
    int code = waiting.await(start(words, environment, last));
    if (code != 0) {
      throw EngineException.user(last.text());
    }
  }

  /**
   * Removes the containers and networks with a label.
   *
   * @param label {@code key=value}
   */
  void removeLabeled(String label) throws EngineException, InterruptedException {
    String filter = "label=" + label;
    remove(call("ps", "-aq", "--filter", filter), "rm", "--force", "--volumes");
    remove(call("network", "ls", "-q", "--filter", filter), "network", "rm");
  }

  private void remove(String ids, String... words) throws EngineException, InterruptedException {
    List<String> found = ids.lines().filter(line -> line.matches("[0-9a-f]+")).toList();
    if (!found.isEmpty()) {
      List<String> call = new ArrayList<>(List.of(words));
      call.addAll(found);
      String unused = call(call.toArray(String[]::new));
    }
  }

  private static String last(String text) {
    return text.lines().filter(line -> !line.isBlank()).reduce((one, other) -> other).orElse("");
  }

  /** Hands on what comes and remembers the end of it. */
  private static final class LastLine implements OutputSink {
    private static final int KEPT = 4096;
    private final OutputSink next;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    LastLine(OutputSink next) {
      this.next = next;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      next.write(bytes, offset, length);
      if (kept.size() > KEPT) {
        kept.reset();
      }
      kept.write(bytes, offset, length);
    }

    String text() {
      return last(kept.toString(StandardCharsets.UTF_8));
    }
  }
}
