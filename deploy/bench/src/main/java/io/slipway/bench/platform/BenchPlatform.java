package io.slipway.bench.platform;

import io.slipway.bench.measure.ProcessMemory;
import io.slipway.bench.measure.ProcessorTime;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.Supervisor;
import io.slipway.local.supervisor.SupervisorLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A one-machine platform in a state folder of its own, which is deleted with it. It is stopped when
 * this JVM ends, too.
 */
public final class BenchPlatform implements AutoCloseable {
  private final SlipwayCommand slipway;
  private final StateFolder state;
  private final Ports ports;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable PlatformSettings settings;

  private BenchPlatform(SlipwayCommand slipway, int portBase) {
    this.slipway = slipway;
    this.state = new StateFolder(slipway.state());
    this.ports = new Ports(portBase);
    Runtime.getRuntime().addShutdownHook(new Thread(this::closeQuietly, "stop the platform"));
  }

  /** Prepares one; {@link #up} starts it. */
  public static BenchPlatform prepare(Path root, int portBase) throws IOException {
    Path folder = Files.createTempDirectory("slipway-bench");
    return new BenchPlatform(new SlipwayCommand(root, folder), portBase);
  }

  /** Has the parts of a service start with these settings, see {@code deploy/local}. */
  public void settings(String service, Map<String, String> values) throws IOException {
    Path folder = Files.createDirectories(state.root().resolve("settings"));
    Files.writeString(
        folder.resolve(service + ".properties"),
        values.entrySet().stream()
            .map(value -> value.getKey() + "=" + value.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** Starts it with so many agents, again if it is up already. */
  public void up(int agents) throws IOException, InterruptedException {
    if (settings != null) {
      slipway.run("down");
    }
    slipway.run("up", "--detach", "--port-base", "" + ports.base(), "--agents", "" + agents);
    settings = PlatformSettings.load(state).orElseThrow();
    awaitQuickened(state);
  }

  /** After the first start of a build: waits for what is made then for later ones. */
  public static void awaitQuickened(StateFolder state) throws InterruptedException {
    while (Files.exists(Supervisor.quickeningFile(state))) {
      Thread.sleep(200);
    }
  }

  /** Puts the base image {@code base/shell:1} into a registry. */
  public void shellImage(String registry) throws IOException, InterruptedException {
    slipway.run("samples", "--registry", registry, "shell");
  }

  public Ports ports() {
    return ports;
  }

  public StateFolder state() {
    return state;
  }

  /** What it was set up with; only once it is up. */
  public PlatformSettings settings() {
    PlatformSettings kept = settings;
    if (kept == null) {
      throw new IllegalStateException("the platform is not up");
    }
    return kept;
  }

  /** Processor time of each part up to now. */
  public Map<String, ProcessorTime> processorTime() {
    return each(ProcessorTime::of, ProcessorTime::ofTree);
  }

  /** Memory of each part. */
  public Map<String, ProcessMemory> memory() {
    return each(ProcessMemory::of, ProcessMemory::ofTree);
  }

  /** The process of a part, such as {@code task-api}. */
  public ProcessHandle process(String part) throws IOException {
    String pid = Files.readString(state.pid(part)).strip();
    return ProcessHandle.of(Long.parseLong(pid))
        .orElseThrow(() -> new IOException(part + " is not running"));
  }

  private <T> Map<String, T> each(
      Function<ProcessHandle, T> alone, Function<ProcessHandle, T> tree) {
    Map<String, T> parts = new TreeMap<>();
    try (Stream<Path> files = Files.list(state.run())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".pid")).toList()) {
        String part = file.getFileName().toString().replace(".pid", "");
        // The supervisor, with the front door in it, is the parent of all.
        boolean supervisor = part.equals("supervisor");
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
            .ifPresent(process ->
                parts.put(
                    supervisor ? "front door" : part,
                    supervisor ? alone.apply(process) : tree.apply(process)));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return parts;
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException | InterruptedException failed) {
      System.err.println("slipway bench: " + failed.getMessage());
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (closed.compareAndSet(false, true)) {
      Optional<ProcessHandle> supervisor = SupervisorLock.holder(state);
      try {
        slipway.run("down");
      } finally {
        // All parts end with their supervisor, whatever became of the command.
        supervisor.ifPresent(ProcessHandle::destroy);
        supervisor.ifPresent(process -> process.onExit().join());
        slipway.deleteState();
      }
    }
  }
}
