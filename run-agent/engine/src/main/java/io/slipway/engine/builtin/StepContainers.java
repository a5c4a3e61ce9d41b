package io.slipway.engine.builtin;

import io.slipway.engine.ContainerSpec;
import io.slipway.engine.EngineException;
import io.slipway.engine.OutputSink;
import io.slipway.engine.builtin.build.UserLookup;
import io.slipway.engine.builtin.sandbox.ContainerProcess;
import io.slipway.engine.builtin.sandbox.Mount;
import io.slipway.engine.builtin.sandbox.ProcessUser;
import io.slipway.engine.builtin.sandbox.Rootfs;
import io.slipway.engine.process.ChildProcess;
import io.slipway.images.config.ImageConfig;
import io.slipway.images.store.ImageTree;
import io.slipway.images.store.StoredImage;
import io.slipway.images.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Containers of {@code cmd} steps. */
final class StepContainers {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String HOME = "/acb/home";

  private final BuiltinEngine engine;
  private final BuiltinRun run;
  private final RunNetworks networks;
  private final Map<String, ChildProcess> running = new ConcurrentHashMap<>();
  private final List<UpperDraft> uppers = new ArrayList<>();
  private @Nullable Path home;

  StepContainers(BuiltinEngine engine, BuiltinRun run, RunNetworks networks) {
    this.engine = engine;
    this.run = run;
    this.networks = networks;
  }

  int run(ContainerSpec spec, StoredImage image, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    if (spec.privileged() && !engine.options().privilegedAllowed()) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "privileged: true is not allowed on this agent (slipway.agent.allow-privileged)");
    }
    ImageTree tree = run.space().tree(image.layers());
    List<Mount> mounts = new ArrayList<>();
    ContainerProcess process = process(spec, image.config(), tree, mounts);
    UpperDraft upper = run.space().newUpper();
    synchronized (uppers) {
      uppers.add(upper);
    }
    Rootfs rootfs = Rootfs.of(run.space().unpack(image.layers()), upper, process.mounts());
    ChildProcess child = engine.containers().start(run.sandbox(), rootfs, process, output);
    running.put(spec.name(), child);
    if (spec.detach()) {
      return 0;
    }
    try {
      return child.await();
    } finally {
      running.remove(spec.name());
      if (!spec.keep()) {
        drop(upper);
      }
    }
  }

  private void drop(UpperDraft upper) throws IOException {
    synchronized (uppers) {
      uppers.remove(upper);
    }
    upper.close();
  }

  private ContainerProcess process(
      ContainerSpec spec, ImageConfig config, ImageTree tree, List<Mount> mounts)
      throws EngineException, IOException, InterruptedException {
    String network = spec.network() == null ? RunNetworks.DEFAULT : spec.network();
    if (network.equals("host")) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "network: host is not allowed: the network of an agent's machine is not for steps");
    }
    boolean none = network.equals("none");
    Path namespace = null;
    if (none) {
      mounts.addAll(
          NameFiles.write(run.scratchFolder(), spec.name(), "127.0.0.1\tlocalhost\n", false));
    } else {
      RunNetworks.Place place = networks.join(network, spec.name());
      namespace = place.namespace();
      List<Mount> files =
          new ArrayList<>(
              NameFiles.write(run.scratchFolder(), spec.name(), "", engine.hasEgress()));
      files.set(0, Mount.bind(place.hosts(), "/etc/hosts", true));
      mounts.addAll(files);
    }
    mounts.add(Mount.bind(run.run().workspace(), "/workspace", false));
    mounts.add(Mount.bind(home(), HOME, false));
    for (Map.Entry<String, Path> each : spec.mounts().entrySet()) {
      mounts.add(Mount.bind(each.getValue(), "/" + tree.resolve(each.getKey()), true));
    }
    Map<String, String> env = new TreeMap<>();
    env.put("PATH", PATH);
    for (String line : config.env()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    env.put("HOME", HOME);
    env.putAll(spec.env());
    String folder = spec.workingDirectory() == null ? config.workingDir() : spec.workingDirectory();
    return new ContainerProcess(
        spec.name(),
        command(spec, config),
        env,
        folder.isEmpty() ? "/" : folder,
        user(spec, config, tree),
        mounts,
        namespace,
        none,
        spec.privileged(),
        spec.memoryBytes(),
        spec.cpus());
  }

  private static List<String> command(ContainerSpec spec, ImageConfig config)
      throws EngineException {
    List<String> command = new ArrayList<>();
    String entryPoint = spec.entryPoint();
    if (entryPoint != null && !entryPoint.isEmpty()) {
      command.add(entryPoint);
      command.addAll(spec.arguments());
    } else {
      command.addAll(config.entrypoint());
      command.addAll(spec.arguments().isEmpty() ? config.cmd() : spec.arguments());
    }
    if (command.isEmpty()) {
      throw new EngineException(
          EngineException.Cause.USER, "No command specified: the image has none either");
    }
    return command;
  }

  private static ProcessUser user(ContainerSpec spec, ImageConfig config, ImageTree tree)
      throws EngineException {
    try {
      return UserLookup.of(tree).find(spec.user() == null ? config.user() : spec.user());
    } catch (IOException unknown) {
      throw new EngineException(
          EngineException.Cause.USER, String.valueOf(unknown.getMessage()), unknown);
    }
  }

  /** Home folder that all steps of the run share. */
  private synchronized Path home() throws IOException {
    Path known = home;
    if (known == null) {
      known = run.scratchFolder().resolve("home");
      Files.createDirectory(known);
      home = known;
    }
    return known;
  }

  void stop(String name, Duration grace) throws InterruptedException {
    ChildProcess child = running.remove(name);
    if (child != null && child.isAlive()) {
      child.signalFirst();
      if (!child.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        child.kill();
      }
    }
  }

  void close() throws IOException {
    running.values().forEach(ChildProcess::kill);
    synchronized (uppers) {
      for (UpperDraft upper : uppers) {
        upper.close();
      }
      uppers.clear();
    }
  }
}
