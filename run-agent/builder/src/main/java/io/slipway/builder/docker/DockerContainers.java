package io.slipway.builder.docker;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.HostName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Containers of {@code cmd} steps. */
final class DockerContainers {
  private static final String HOME = "/acb/home";
  private static final String DEFAULT_NETWORK = "acb_default_network";

  private final DockerEngine engine;
  private final DockerRun run;
  private @Nullable Path home;

  DockerContainers(DockerEngine engine, DockerRun run) {
    this.engine = engine;
    this.run = run;
  }

  int run(ContainerSpec spec, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    if (spec.privileged() && !engine.options().privilegedAllowed()) {
      throw EngineException.unsupported(
          "privileged: true is not allowed on this agent (slipway.agent.allow-privileged)");
    }
    // A detached container prints only its id there.
    OutputSink shown = spec.detach() ? (bytes, offset, length) -> {} : output;
    DockerCommand.Waiting waiting = run.waiting();
    ChildProcess child = run.command().start(words(spec), Map.of(), shown);
    try {
      return waiting.await(child);
    } catch (InterruptedException ended) {
      // The program has ended, but the container belongs to the engine and goes on.
      remove(spec.name());
      throw ended;
    }
  }

  private void remove(String name) throws EngineException {
    try {
      run.command()
          .start(List.of("rm", "--force", run.name(name)), Map.of(), (b, o, l) -> {})
          .await();
    } catch (InterruptedException again) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> words(ContainerSpec spec) throws EngineException, IOException {
    List<String> words = new ArrayList<>(List.of("run", "--name", run.name(spec.name())));
    words.addAll(engine.labels(run.run().key()));
    words.addAll(List.of("--hostname", HostName.of(spec.name())));
    network(words, spec);
    words.addAll(List.of("--volume", run.run().workspace().get() + ":/workspace"));
    words.addAll(List.of("--volume", home() + ":" + HOME));
    spec.mounts()
        .forEach(
            (target, source) -> words.addAll(List.of("--volume", source + ":" + target + ":ro")));
    environment(words, spec);
    option(words, "--user", spec.user());
    option(words, "--workdir", spec.workingDirectory());
    String entryPoint = spec.entryPoint();
    if (entryPoint != null && !entryPoint.isEmpty()) {
      words.addAll(List.of("--entrypoint", entryPoint));
    }
    spec.ports().forEach(port -> words.addAll(List.of("--publish", port)));
    spec.expose().forEach(port -> words.addAll(List.of("--expose", port)));
    if (spec.privileged()) {
      words.add("--privileged");
    }
    limits(words, spec.limits());
    if (spec.detach()) {
      words.add("--detach");
    } else if (!spec.keep()) {
      words.add("--rm");
    }
    words.add(run.id(spec.image()));
    words.addAll(spec.arguments());
    return words;
  }

  private void network(List<String> words, ContainerSpec spec) throws EngineException {
    String network = spec.network() == null ? DEFAULT_NETWORK : spec.network();
    if (network.equals("host") && !engine.options().hostNetworkAllowed()) {
      throw EngineException.unsupported(
          "network: host is not allowed on this agent (slipway.agent.allow-host-network): it"
              + " reaches what the agent's machine reaches");
    }
    if (network.equals("host") || network.equals("none")) {
      words.addAll(List.of("--network", network));
      return;
    }
    words.addAll(List.of("--network", run.network(network)));
    words.addAll(List.of("--network-alias", spec.name()));
  }

  /** In a file, because every user of the machine can read the arguments of a process. */
  private void environment(List<String> words, ContainerSpec spec) throws IOException {
    StringBuilder lines = new StringBuilder("HOME=" + HOME + "\n");
    spec.env()
        .forEach((name, value) -> {
          if (value.contains("\n")) {
            // The file has no way to write a line end.
            words.addAll(List.of("--env", name + "=" + value));
          } else {
            lines.append(name).append('=').append(value).append('\n');
          }
        });
    Path file = run.folder().resolve("env");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    words.addAll(List.of("--env-file", file.toString()));
  }

  /** Home folder that all steps of the run share. */
  private synchronized Path home() throws IOException {
    Path known = home;
    if (known == null) {
      known = run.folder().resolve("home");
      Files.createDirectory(known);
      home = known;
    }
    return known;
  }

  private static void option(List<String> words, String name, @Nullable String value) {
    if (value != null) {
      words.addAll(List.of(name, value));
    }
  }

  private static void limits(List<String> words, Limits limits) {
    if (limits.cpus() > 0) {
      words.addAll(List.of("--cpus", String.valueOf(limits.cpus())));
    }
    if (limits.processes() > 0) {
      words.addAll(List.of("--pids-limit", String.valueOf(limits.processes())));
    }
    shared(words, limits);
  }

  /** Words for limits that docker run and docker build share. */
  static void shared(List<String> words, Limits limits) {
    if (limits.memoryBytes() > 0) {
      words.addAll(List.of("--memory", String.valueOf(limits.memoryBytes())));
    }
    if (limits.shmBytes() > 0) {
      words.addAll(List.of("--shm-size", String.valueOf(limits.shmBytes())));
    }
    if (limits.cpuset() != null) {
      words.addAll(List.of("--cpuset-cpus", limits.cpuset()));
    }
    limits
        .ulimits()
        .forEach((name, value) -> words.addAll(List.of("--ulimit", name + "=" + value)));
  }

  void stop(String name, Duration grace) throws EngineException, InterruptedException {
    long seconds = Math.max(1, grace.toSeconds());
    call(name, "stop", "--time", String.valueOf(seconds), run.name(name));
  }

  void remove(String name, boolean force) throws EngineException, InterruptedException {
    if (force) {
      // Docker ignores a name that does not exist; the caller must not.
      call(name, "inspect", "--format", "-", run.name(name));
      call(name, "rm", "--force", run.name(name));
    } else {
      call(name, "rm", run.name(name));
    }
  }

  void logs(String name, OutputSink output) throws EngineException, InterruptedException {
    call(name, "inspect", "--format", "-", run.name(name));
    run.command().start(List.of("logs", run.name(name)), Map.of(), output).await();
  }

  int waitFor(String name) throws EngineException, InterruptedException {
    return Integer.parseInt(call(name, "wait", run.name(name)).strip());
  }

  /** Calls Docker for a container; its messages name the container as the run does. */
  private String call(String name, String... words) throws EngineException, InterruptedException {
    try {
      return run.command().call(words);
    } catch (EngineException refused) {
      String message = String.valueOf(refused.getMessage()).replace(run.name(name), name);
      throw EngineException.user(
          message.contains(name) ? message : message + " (container " + name + ")", refused);
    }
  }
}
