package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.process.Folders;
import io.slipway.builder.process.LastFed;
import io.slipway.builder.sandbox.RunGroup;
import io.slipway.builder.sandbox.RunSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The namespaces and scratch files of a run: made when first needed, deleted with it. */
final class RunResources {
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Host host;
  private final String tenant;
  private final String key;
  private final Path scratch;
  private final RunDisk disk;
  private @Nullable RunGroup group;

  /** Read by {@link #feed()} without the lock, which is held while a sandbox is made. */
  private volatile @Nullable RunSandbox sandbox;

  private final AtomicInteger files = new AtomicInteger();
  private final LastFed lastFed = new LastFed();
  private boolean closed;

  /** How many steps have begun and are not over. */
  private int steps;

  /** Whether no other run may have its namespaces: they were used for more than plain steps. */
  private boolean spoiled;

  /**
   * Those of a run.
   *
   * @param workspace its folder, which counts among what it writes
   * @param stored tells the bytes that it added to the store
   */
  RunResources(Host host, String runKey, String tenant, Path workspace, LongSupplier stored) {
    this.host = host;
    this.tenant = tenant;
    this.key = runKey;
    this.scratch = host.folder().resolve("scratch").resolve(runKey);
    this.disk =
        new RunDisk(
            host.options().run(),
            Set.of(scratch, workspace),
            stored,
            host.freeSpace(),
            host.reserve());
  }

  /** Namespaces of the run, made when they are needed first. */
  synchronized RunSandbox sandbox() throws IOException, InterruptedException {
    spoil();
    return made();
  }

  /**
   * The same for a container of a step. A plain one has a network of its own that ends with it, and
   * no right to change the sandbox's; if it ends by itself, nothing of it is left there.
   */
  synchronized RunSandbox sandbox(ContainerSpec spec) throws IOException, InterruptedException {
    return isPlain(spec) ? made() : sandbox();
  }

  /** Whether a step leaves nothing in the namespaces if it ends by itself. */
  static boolean isPlain(ContainerSpec spec) {
    return RunNetworks.nameOf(spec).equals(RunNetworks.DEFAULT)
        && spec.ports().isEmpty()
        && !spec.privileged()
        && !spec.detach();
  }

  /** The same for a program that is over when its call is, and has no right to change it. */
  synchronized RunSandbox plainSandbox() throws IOException, InterruptedException {
    return made();
  }

  /** What the run has written. */
  RunDisk disk() {
    return disk;
  }

  /** What limits the containers of the run, made when the first one needs it. */
  synchronized RunGroup group() throws EngineException, IOException, InterruptedException {
    if (closed) {
      throw new IOException("the run is over");
    }
    RunGroup made = group;
    if (made == null) {
      made = host.containers().openGroup(key, host.options().run());
      group = made;
    }
    return made;
  }

  /**
   * A step begins that may ask for the namespaces.
   *
   * @throws IOException if the run is over
   */
  synchronized void begin() throws IOException {
    if (closed) {
      throw new IOException("the run is over");
    }
    steps++;
  }

  /** The step is over, whatever it did. */
  synchronized void end() {
    steps--;
  }

  /** Has the namespaces end with the run. */
  synchronized void spoil() {
    spoiled = true;
  }

  private RunSandbox made() throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the run is over");
    }
    RunSandbox known = sandbox;
    if (known == null) {
      known = open();
    }
    return known;
  }

  private RunSandbox open() throws IOException, InterruptedException {
    boolean egress = host.hasEgress();
    if (!lastFed.mayBegin(System.nanoTime())) {
      throw new IOException("the agent was stopped; all of the run has ended");
    }
    // What was fed once ends when it is fed no longer, as it would be by who never feeds.
    Optional<RunSandbox> idle = lastFed.isFed() ? host.idle().take(tenant) : Optional.empty();
    if (idle.isPresent()) {
      idle.get().feed();
      sandbox = idle.get();
      return idle.get();
    }
    RunSandbox opened = RunSandbox.of(egress ? host.options().allowed().egress() : null);
    // Before the rest, which may take longer than a sandbox lives without being fed.
    sandbox = opened;
    if (lastFed.isFed()) {
      opened.feed();
    }
    try {
      if (egress) {
        opened.openEgress(host.newSocket());
      }
      return opened;
    } catch (IOException | RuntimeException failed) {
      sandbox = null;
      opened.close();
      throw failed;
    }
  }

  /** Keeps the namespaces alive, those that are made later too; never waits. */
  void feed() {
    lastFed.feed(System.nanoTime());
    RunSandbox known = sandbox;
    if (known != null) {
      known.feed();
    }
  }

  /** Whether the namespaces ended, or were not made, because nobody fed the run. */
  boolean isStarved() {
    RunSandbox known = sandbox;
    return lastFed.isStarved() || known != null && known.isStarved();
  }

  /** Whether it is over, and its namespaces with it. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** A new folder that only this process's user can read; deleted with the run. */
  Path scratchFolder() throws IOException {
    return Files.createDirectory(scratchFile("folder"), OWN);
  }

  /** A path for something new that only this process's user can read; deleted with the run. */
  Path scratchFile(String name) throws IOException {
    Files.createDirectories(scratch, OWN);
    return scratch.resolve(files.incrementAndGet() + "-" + name);
  }

  /**
   * Ends the namespaces with all that runs in them.
   *
   * @return false if that was done before
   */
  synchronized boolean close() {
    if (closed) {
      return false;
    }
    closed = true;
    disk.close();
    RunSandbox known = sandbox;
    // A step that is not over may be about to start something in them.
    boolean plain = !spoiled && steps == 0 && lastFed.isFed();
    if (known != null && plain && host.idle().give(tenant, known)) {
      sandbox = null;
    } else if (known != null) {
      known.close();
    }
    if (group != null) {
      group.close();
    }
    return true;
  }

  void deleteScratch() throws IOException {
    Folders.delete(scratch);
  }
}
