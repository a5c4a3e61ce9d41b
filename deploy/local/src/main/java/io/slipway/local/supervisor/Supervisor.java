package io.slipway.local.supervisor;

import io.slipway.infra.InfraException;
import io.slipway.local.door.FrontDoor;
import io.slipway.local.part.GitServer;
import io.slipway.local.part.Part;
import io.slipway.local.part.Parts;
import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs one platform in child processes of this JVM: Kafka and PostgreSQL, then the services, then
 * the agents, and the front door in this JVM itself. A part that ends is started again. When this
 * JVM ends, by whatever means, no part is left.
 */
public final class Supervisor implements AutoCloseable {
  private final StateFolder state;
  private final PlatformSettings settings;
  private final Supplier<Parts> prepared;
  private final Consumer<String> say;
  private final Deque<List<KeptPart>> started = new ArrayDeque<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  /**
   * Makes one; nothing is started.
   *
   * @param prepared writes what the parts need and describes them
   * @param say takes what a person should see
   */
  public Supervisor(
      StateFolder state,
      PlatformSettings settings,
      Supplier<Parts> prepared,
      Consumer<String> say) {
    this.state = state;
    this.settings = settings;
    this.prepared = prepared;
    this.say = say;
  }

  /** Starts everything and returns when all of it is ready; on failure nothing is left running. */
  public void start() {
    long begin = System.nanoTime();
    state.create();
    open.push(SupervisorLock.take(state));
    try {
      OrphanedParts.await(state, say);
      LogFiles.turnOver(state.logs());
      open.push(Upkeep.begin(state.root(), state.logs(), say));
      Preflight.check(state.root(), settings.ports(), settings.agents(), settings.standIns());
      settings.save(state);
      Parts parts = prepared.get();
      startAll(parts.infrastructure());
      openDoors();
      startAll(parts.services());
      startAll(parts.agents());
      keepOpen(QuickenedStarts.begin(parts.all(), state, say));
    } catch (InfraException failed) {
      close();
      throw new LocalException(String.valueOf(failed.getMessage()), failed);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    say.accept(
        String.format(
            Locale.ROOT,
            "Slipway is ready after %.1f s: %s",
            seconds,
            settings.ports().publicUrl()));
    PrivateFiles.write(readyFile(state), ProcessHandle.current().pid() + "\n");
  }

  /** File that exists while the platform is up. */
  public static Path readyFile(StateFolder state) {
    return state.run().resolve("ready");
  }

  /** File that exists while this platform makes what later starts of the build are quicker with. */
  public static Path quickeningFile(StateFolder state) {
    return state.run().resolve("quickening");
  }

  private void openDoors() {
    LocalCertificates certificates = new LocalCertificates(state.tls(), InstantSource.system());
    keepOpen(FrontDoor.open(settings.ports(), certificates));
    if (settings.standIns()) {
      keepOpen(GitServer.open(state.demo().resolve("git"), settings.ports().git()));
    }
  }

  private synchronized void keepOpen(AutoCloseable door) {
    open.push(door);
  }

  private void startAll(List<Part> parts) {
    List<KeptPart> kept = new ArrayList<>();
    for (Part part : parts) {
      kept.add(new KeptPart(part, state.pid(part.name()), say));
    }
    synchronized (this) {
      if (closed) {
        throw new LocalException("stopped before it was ready");
      }
      started.push(kept);
    }
    List<CompletableFuture<Void>> ready = kept.stream().map(KeptPart::start).toList();
    try {
      CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw cause instanceof RuntimeException known
          ? known
          : new LocalException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Stops everything: agents, services, then Kafka and PostgreSQL. */
  @Override
  public void close() {
    // A second caller waits until the first is done.
    closing.lock();
    try {
      Deque<List<KeptPart>> groups;
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
        groups = new ArrayDeque<>(started);
      }
      stopAll(groups);
    } finally {
      closing.unlock();
    }
  }

  private void stopAll(Deque<List<KeptPart>> groups) {
    try {
      Files.deleteIfExists(readyFile(state));
    } catch (IOException failed) {
      say.accept("cannot delete " + readyFile(state));
    }
    for (List<KeptPart> group : groups) {
      List<Thread> stops =
          group.stream().map(part -> Thread.ofPlatform().start(part::stop)).toList();
      stops.forEach(Supervisor::join);
    }
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception failed) {
        say.accept("while stopping: " + failed.getMessage());
      }
    }
    if (!groups.isEmpty()) {
      say.accept("Slipway is stopped");
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
