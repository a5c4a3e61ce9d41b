package io.slipway.builder.builtin;

import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.EngineException;
import io.slipway.builder.process.DiskUse;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.store.FreeSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run has written: its scratch files, what its containers can write to, files that they have
 * open and that have no name any more, and what it added to the store. It is counted from time to
 * time, so for a moment a run can have more than it may; then its containers are ended.
 */
final class RunDisk {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The pause is this many times as long as counting takes, so that it costs a twentieth. */
  private static final int REST = 20;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final RunLimits limits;
  private final Set<Path> own;
  private final LongSupplier stored;
  private final FreeSpace free;
  private final DiskReserve reserve;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;
  private volatile @Nullable String ended;

  /**
   * That of a run.
   *
   * @param own folders that it alone has; they may not exist
   * @param stored tells the bytes that it added to the store
   * @param reserve is asked whether a run has to end for all others
   */
  RunDisk(
      RunLimits limits, Set<Path> own, LongSupplier stored, FreeSpace free, DiskReserve reserve) {
    this.limits = limits;
    this.own = own;
    this.stored = stored;
    this.free = free;
    this.reserve = reserve;
  }

  /**
   * Begins to watch a container.
   *
   * @param folders those that it can write to; they count until the answer is closed
   */
  synchronized Watched watch(StartedContainer container, Collection<Path> folders) {
    Watched begun = new Watched(container, Set.copyOf(folders));
    watched.add(begun);
    String why = ended;
    if (why != null) {
      begun.end(why);
    } else if (thread == null && (limits.diskBytes() > 0 || limits.reserveBytes() > 0)) {
      reserve.add(this);
      thread = Thread.ofVirtual().name("run-disk").start(this::watch);
    }
    return begun;
  }

  private void watch() {
    try {
      do {
        Thread.sleep(PAUSE);
        reserve.check();
        if (limits.diskBytes() > 0 && hasContainers()) {
          look();
        }
      } while (!isLast());
    } catch (InterruptedException over) {
      // The run is closed.
    } catch (IOException failed) {
      end("the disk of the agent cannot be watched: " + failed.getMessage());
    }
  }

  private void look() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long before = free.left();
    // What begins while this counts may find the disk empty again, and is not ended for it.
    List<Watched> counted = List.copyOf(watched);
    long taken = bytes(counted);
    if (taken > limits.diskBytes()) {
      String why =
          "the container was ended: its run wrote more than %d MiB, which is the limit of this agent (slipway.agent.disk-limit)"
              .formatted(limits.diskBytes() >> 20);
      counted.forEach(each -> each.end(why));
      return;
    }
    long rest = Math.min((System.nanoTime() - begin) * REST, LONGEST.toNanos());
    long until = System.nanoTime() + rest - PAUSE.toNanos();
    // A run cannot have written more since then than the file system has lost, if no other run
    // deletes at the same time.
    while (System.nanoTime() < until
        && hasContainers()
        && taken + before - free.left() <= limits.diskBytes()) {
      Thread.sleep(PAUSE);
      reserve.check();
    }
  }

  private boolean hasContainers() {
    return watched.stream().anyMatch(each -> each.isAlive());
  }

  private synchronized boolean isLast() {
    if (hasContainers()) {
      return false;
    }
    thread = null;
    return true;
  }

  /** Counts now. */
  long bytes() throws InterruptedException {
    return bytes(List.copyOf(watched));
  }

  private long bytes(List<Watched> containers) throws InterruptedException {
    Set<Path> folders = new HashSet<>(own);
    containers.forEach(each -> folders.addAll(each.folders));
    List<Long> processes =
        containers.stream()
            .filter(Watched::isAlive)
            .flatMap(each -> each.container.processes().stream())
            .toList();
    return stored.getAsLong() + DiskUse.bytes(folders) + NamelessFiles.bytes(processes);
  }

  /** Ends all that it does, and whatever it begins from now on. */
  synchronized void end(String why) {
    ended = why;
    watched.forEach(each -> each.end(why));
  }

  /** Fails if it was ended. */
  void check() throws EngineException {
    String why = ended;
    if (why != null) {
      throw EngineException.unsupported(why);
    }
  }

  /** The run is over. */
  synchronized void close() {
    reserve.remove(this);
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** A container and what it can write to. */
  final class Watched implements AutoCloseable {
    private final StartedContainer container;
    private final Set<Path> folders;
    private volatile @Nullable String full;

    private Watched(StartedContainer container, Set<Path> folders) {
      this.container = container;
      this.folders = folders;
    }

    private boolean isAlive() {
      return container.child().isAlive();
    }

    private void end(String why) {
      if (isAlive()) {
        full = why;
        container.child().kill();
      }
    }

    /** Fails if the container was ended because of the disk. */
    void check() throws EngineException {
      RunDisk.this.check();
      String why = full;
      if (why != null) {
        throw EngineException.user(why);
      }
    }

    @Override
    public void close() {
      watched.remove(this);
    }
  }
}
