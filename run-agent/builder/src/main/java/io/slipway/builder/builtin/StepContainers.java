package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.Folders;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.sandbox.Rootfs;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageTree;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Containers of {@code cmd} steps, by their names. */
final class StepContainers {
  private final Host host;
  private final RunResources resources;
  private final ImageSpace space;
  private final Path workspace;
  private final RunNetworks networks;
  private final Map<String, StepContainer> known = new HashMap<>();
  private @Nullable Path home;

  StepContainers(
      Host host, RunResources resources, ImageSpace space, Path workspace, RunNetworks networks) {
    this.host = host;
    this.resources = resources;
    this.space = space;
    this.workspace = workspace;
    this.networks = networks;
  }

  int run(ContainerSpec spec, StoredImage image, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    resources.begin();
    try (StartTurns.Turn turn = host.turns().take()) {
      return runBegun(spec, image, output, turn);
    } finally {
      resources.end();
    }
  }

  private int runBegun(
      ContainerSpec spec, StoredImage image, OutputSink output, StartTurns.Turn turn)
      throws EngineException, IOException, InterruptedException {
    if (spec.privileged() && !host.options().allowed().privileged()) {
      throw EngineException.unsupported(
          "privileged: true is not allowed on this agent (slipway.agent.allow-privileged)");
    }
    List<PublishedPort> ports =
        PublishedPort.all(spec.ports(), host.options().allowed().closedPorts());
    PublishedPort.checkExposed(spec.expose());
    removePrevious(spec.name());
    StepNetwork network = StepNetwork.of(host, resources, networks, spec);
    StepContainer container;
    try {
      container = start(spec, image, network, output);
      turn.started();
    } catch (EngineException | IOException | InterruptedException | RuntimeException failed) {
      network.leave();
      throw failed;
    }
    try {
      network.publish(ports);
      if (spec.detach()) {
        return 0;
      }
      int code = container.await();
      if (code > StepContainer.SIGNALLED) {
        resources.spoil();
      }
      return code;
    } catch (EngineException | IOException | InterruptedException | RuntimeException failed) {
      resources.spoil();
      container.started().child().kill();
      throw failed;
    } finally {
      if (!spec.detach() && !spec.keep()) {
        forget(spec.name(), container);
      }
    }
  }

  private StepContainer start(
      ContainerSpec spec, StoredImage image, StepNetwork network, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    // Before its tree, so that a layer that is new here is read once.
    UnpackedImage files = space.unpack(image.layers());
    ImageTree tree = space.tree(image.layers());
    List<Mount> mounts = new ArrayList<>(network.files());
    mounts.add(Mount.bind(workspace, "/workspace", false));
    mounts.add(Mount.bind(home(), StepProcess.HOME, false));
    for (Map.Entry<String, Path> each : spec.mounts().entrySet()) {
      mounts.add(Mount.bind(each.getValue(), "/" + tree.resolve(each.getKey()), true));
    }
    ContainerProcess process =
        new StepProcess(spec, image.config(), tree).over(mounts, network.network());
    StepContainer.OutputTail printed = new StepContainer.OutputTail();
    OutputSink sink = spec.detach() ? printed : both(printed, output);
    Path beside = host.starts().create();
    UpperDraft upper = space.newUpper();
    try {
      Rootfs rootfs = Rootfs.of(files, upper, beside, process.mounts());
      StartedContainer started =
          host.start(resources.sandbox(spec), resources.group(), rootfs, process, sink);
      StepContainer container =
          new StepContainer(
              started,
              upper,
              beside,
              printed,
              image.config().stopSignal(),
              network,
              resources.disk().watch(started, BuildContainers.written(upper, process)));
      synchronized (known) {
        known.put(spec.name(), container);
      }
      return container;
    } catch (EngineException | IOException | InterruptedException | RuntimeException failed) {
      Folders.delete(beside);
      upper.close();
      throw failed;
    }
  }

  private static OutputSink both(StepContainer.OutputTail kept, OutputSink shown) {
    return (bytes, offset, length) -> {
      kept.write(bytes, offset, length);
      shown.write(bytes, offset, length);
    };
  }

  /** A repeated step has the name of the container before it, which must have ended. */
  private void removePrevious(String name) throws EngineException, IOException {
    StepContainer before;
    synchronized (known) {
      before = known.get(name);
      if (before != null && before.isAlive()) {
        throw EngineException.user(
            "Conflict. The container name \"%s\" is already in use by a running container"
                .formatted(name));
      }
      known.remove(name);
    }
    if (before != null) {
      before.close();
    }
  }

  private void forget(String name, StepContainer container) throws IOException {
    container.close();
    synchronized (known) {
      known.remove(name, container);
    }
  }

  private StepContainer named(String name) throws EngineException {
    synchronized (known) {
      StepContainer container = known.get(name);
      if (container == null) {
        throw EngineException.user(
            "No such container: " + name + "; the run has " + known.keySet());
      }
      return container;
    }
  }

  /** Home folder that all steps of the run share. */
  private synchronized Path home() throws IOException {
    Path made = home;
    if (made == null) {
      made = resources.scratchFile("home");
      Files.createDirectory(made);
      home = made;
    }
    return made;
  }

  void stop(String name, Duration grace) throws EngineException, InterruptedException {
    resources.spoil();
    named(name).stop(grace);
  }

  void remove(String name, boolean force) throws EngineException, IOException {
    StepContainer container = named(name);
    resources.spoil();
    if (container.isAlive()) {
      if (!force) {
        throw EngineException.user(
            "You cannot remove a running container: " + name + ". Stop it or remove it by force");
      }
      container.started().child().kill();
    }
    forget(name, container);
  }

  void logs(String name, OutputSink output) throws EngineException {
    byte[] bytes = named(name).printed().bytes();
    output.write(bytes, 0, bytes.length);
  }

  int waitFor(String name) throws EngineException, InterruptedException {
    return named(name).join();
  }

  /** Ends all; the run's sandbox is closed afterwards. */
  void close() throws IOException {
    List<StepContainer> all;
    synchronized (known) {
      all = List.copyOf(known.values());
      known.clear();
    }
    IOException failed = new IOException("containers of the run were not taken away whole");
    for (StepContainer each : all) {
      each.started().child().kill();
      try {
        each.close();
      } catch (IOException one) { // the others are closed nevertheless
        failed.addSuppressed(one);
      }
    }
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}
