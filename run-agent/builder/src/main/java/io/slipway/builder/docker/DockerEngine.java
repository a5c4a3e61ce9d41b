package io.slipway.builder.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerEngine.MachineProcessors;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The engine that drives Docker or Podman. What it makes there has labels, by which an agent that
 * was killed is tidied up after at its next start.
 */
public final class DockerEngine implements ContainerEngine {
  private final DockerOptions options;
  private final Optional<ContainerEngine> isolation;
  private final String agent;
  private final ImageNames names = new ImageNames();
  private final Set<DockerRun> runs = ConcurrentHashMap.newKeySet();
  private @Nullable MachineProcessors processors;

  private DockerEngine(DockerOptions options, Optional<ContainerEngine> isolation, String agent) {
    this.options = options;
    this.isolation = isolation;
    this.agent = agent;
  }

  /**
   * Opens it and takes away what an earlier process of the same folder left.
   *
   * @param isolation runs programs of this machine in containers
   * @throws IOException if the folder cannot be used
   */
  public static DockerEngine open(DockerOptions options, Optional<ContainerEngine> isolation)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(options.folder()).toRealPath();
    String agent = Sha256.hex(Sha256.of(folder.toString())).substring(0, 16);
    DockerEngine engine = new DockerEngine(options, isolation, agent);
    try {
      engine.command(folder).removeLabeled("io.slipway.agent=" + agent);
    } catch (EngineException unreachable) {
      System.getLogger(DockerEngine.class.getName())
          .log(System.Logger.Level.WARNING, "Docker: " + unreachable.getMessage());
    }
    return engine;
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public List<Probe> probes() {
    Probe git =
        isolation.isPresent()
            ? Probe.works("git", "works in containers of this machine")
            : Probe.missing(
                "git",
                "has all rights of the agent: whoever finds a hole in it has the agent's runs",
                "install crun or runc, or run what you trust alone");
    return List.of(daemon(), git);
  }

  private Probe daemon() {
    String subject = "engine behind " + options.program();
    try {
      String version = command(options.folder()).call("version", "--format", "{{.Server.Version}}");
      return new Probe(subject, true, true, "answers, version " + version, null);
    } catch (EngineException silent) {
      return new Probe(
          subject,
          false,
          true,
          String.valueOf(silent.getMessage()),
          "start Docker or Podman, or set slipway.agent.engine=builtin");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Probe.missing(subject, "the agent is stopped", "start it again");
    }
  }

  @Override
  public synchronized MachineProcessors processors() throws InterruptedException {
    MachineProcessors known = processors;
    if (known == null) {
      try {
        known =
            DockerInfo.processors(command(options.folder()).call("info", "--format", "{{json .}}"));
        processors = known;
      } catch (EngineException silent) {
        // The run's first container tells the reason; the next run asks again.
        known = new MachineProcessors(0, false);
      }
    }
    return known;
  }

  @Override
  public EngineRun openRun(RunEnvironment space) throws EngineException {
    try {
      DockerRun run = new DockerRun(this, space);
      runs.add(run);
      return run;
    } catch (IOException failed) {
      throw EngineException.platform("the run's folder could not be made", failed);
    }
  }

  Optional<ContainerEngine> isolation() {
    return isolation;
  }

  DockerOptions options() {
    return options;
  }

  ImageNames names() {
    return names;
  }

  DockerCommand command(Path config) {
    return new DockerCommand(options, config);
  }

  /** Labels of all that a run makes. */
  List<String> labels(String run) {
    return List.of("--label", "io.slipway.agent=" + agent, "--label", "io.slipway.run=" + run);
  }

  void closed(DockerRun run) {
    runs.remove(run);
  }

  @Override
  public void close() {
    List.copyOf(runs).forEach(DockerRun::close);
    isolation.ifPresent(ContainerEngine::close);
  }

  /** Names in the engine's store of images, which this agent's runs share. */
  static final class ImageNames {
    private final Map<String, Lock> locks = new ConcurrentHashMap<>();
    private final Map<String, Integer> holders = new HashMap<>();

    /** Held while a name must mean one image: two runs may build the same name at the same time. */
    Lock lock(String name) {
      return locks.computeIfAbsent(name, each -> new ReentrantLock());
    }

    /** A run uses the name. */
    synchronized void hold(String name) {
      holders.merge(name, 1, Integer::sum);
    }

    /**
     * A run no longer uses the name.
     *
     * @return whether it was the last
     */
    synchronized boolean release(String name) {
      return holders.computeIfPresent(name, (each, count) -> count == 1 ? null : count - 1) == null;
    }
  }

  /** What {@code docker info} and {@code podman info} say of their machine. Pure. */
  static final class DockerInfo {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DockerInfo() {}

    /**
     * Its processors; none that can be limited where the text does not say so.
     *
     * @param json output of {@code info --format '{{json .}}'}
     */
    static MachineProcessors processors(String json) {
      try {
        JsonNode info = JSON.readTree(json);
        JsonNode podman = info.path("host");
        if (podman.isObject()) {
          boolean limited = false;
          for (JsonNode controller : podman.path("cgroupControllers")) {
            limited |= controller.asText().equals("cpu");
          }
          return new MachineProcessors(podman.path("cpus").asInt(), limited);
        }
        return new MachineProcessors(
            info.path("NCPU").asInt(), info.path("CpuCfsQuota").asBoolean(false));
      } catch (JsonProcessingException unreadable) {
        return new MachineProcessors(0, false);
      }
    }
  }
}
