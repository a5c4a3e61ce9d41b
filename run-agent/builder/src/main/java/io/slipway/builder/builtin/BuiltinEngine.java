package io.slipway.builder.builtin;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerEngine.MachineProcessors;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.process.Folders;
import io.slipway.builder.sandbox.Containers;
import io.slipway.builder.store.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The built-in engine: images in a store of its own, containers by a launcher of this machine, no
 * daemon.
 */
public final class BuiltinEngine implements ContainerEngine {
  private final Host host;
  private final ImageStore store;
  private final List<Thread> tidying = new ArrayList<>();
  private final Set<BuiltinRun> runs = ConcurrentHashMap.newKeySet();

  private BuiltinEngine(Host host, ImageStore store) {
    this.host = host;
    this.store = store;
  }

  /**
   * Opens it; what an earlier process left in the scratch folder is deleted.
   *
   * @throws IOException if the folder cannot be used, another process has it, or containers cannot
   *     have the ids that they are to have
   */
  public static BuiltinEngine open(BuiltinOptions options, InstantSource clock) throws IOException {
    Files.createDirectories(options.folder().toAbsolutePath());
    // Mounts of a container may cover folders that links on the way to it go through.
    Path folder = options.folder().toRealPath();
    if (folder.toString().chars().anyMatch(c -> ",:\\".indexOf(c) >= 0)) {
      throw new IOException(
          "The folder "
              + folder
              + " cannot be used: overlayfs does not accept ',' ':' '\\' in paths");
    }
    // Files of images lie below with their owners and rights, programs with root's among them.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    ImageStore store = ImageStore.open(folder.resolve("images"), clock);
    Folders.renew(folder.resolve("scratch"));
    store.keepFree(options.run().reserveBytes());
    Host host = new Host(options.at(folder), store, clock);
    BuiltinEngine engine = new BuiltinEngine(host, store);
    if (options.ids().required()) {
      try {
        host.requireIds();
      } catch (IOException | RuntimeException refused) {
        engine.close();
        throw refused;
      }
    }
    engine.tidyCaches();
    return engine;
  }

  @Override
  public String name() {
    return "builtin";
  }

  @Override
  public List<Probe> probes() {
    return host.probes();
  }

  @Override
  public MachineProcessors processors() throws InterruptedException {
    return new MachineProcessors(
        Runtime.getRuntime().availableProcessors(),
        host.choice().chosen().map(Containers::hasLimits).orElse(false));
  }

  /** As {@link #probes()}, and tries every launcher, also those that are not used. */
  public List<Probe> examine() throws InterruptedException {
    return host.examine();
  }

  @Override
  public EngineRun openRun(RunEnvironment environment) throws EngineException {
    Path workspace = environment.workspace().get(); // before anything that would have to be closed
    BuiltinRun run =
        new BuiltinRun(
            host, environment, workspace, store.openSpace(environment.key()), this::closed);
    runs.add(run);
    return run;
  }

  private void closed(BuiltinRun run) {
    runs.remove(run);
    try {
      store.collectGarbage(host.options().storeLimitBytes());
    } catch (IOException failed) {
      System.getLogger(BuiltinEngine.class.getName())
          .log(System.Logger.Level.WARNING, "The image store could not be tidied", failed);
    }
    if (host.caches().isChanged()) {
      tidyCaches();
    }
  }

  /** In the background: a folder of a million files takes seconds to count. */
  private synchronized void tidyCaches() {
    tidying.removeIf(each -> !each.isAlive());
    tidying.add(
        Thread.ofVirtual()
            .name("tidy-caches")
            .start(() -> {
              try {
                long freed = host.caches().collect(host.options().cacheLimitBytes());
              } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
              } catch (IOException failed) {
                System.getLogger(BuiltinEngine.class.getName())
                    .log(System.Logger.Level.WARNING, "Caches could not be tidied", failed);
              }
            }));
  }

  @Override
  public void close() {
    List.copyOf(runs).forEach(BuiltinRun::close);
    synchronized (this) {
      tidying.forEach(Thread::interrupt);
    }
    try {
      host.close();
      store.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
