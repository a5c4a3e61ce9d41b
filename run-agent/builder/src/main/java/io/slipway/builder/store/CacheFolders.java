package io.slipway.builder.store;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.process.DiskUse;
import io.slipway.builder.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Folders that {@code RUN --mount=type=cache} keeps from build to build, below {@code ‹hash of the
 * tenant›/‹hash of who shares them›/‹hash of the id›}. Whether several builds may have one at a
 * time is said by each, see {@link Sharing}.
 */
public final class CacheFolders {
  private static final String HASH = "[0-9a-f]{64}";
  private static final String BUSY = "busy-";
  private static final String GONE = "gone-";

  private final Path root;
  private final InstantSource clock;
  private final Map<Path, Integer> inUse = new HashMap<>();

  /** Those in use that nobody else may have meanwhile. */
  private final Set<Path> alone = new HashSet<>();

  /** Bytes of those that nobody has had since they were counted. */
  private final Map<Path, Long> sizes = new ConcurrentHashMap<>();

  private volatile boolean changed;
  private final ReentrantLock collecting = new ReentrantLock();

  /**
   * Those of an engine.
   *
   * @param root their folder, this process's alone
   */
  public CacheFolders(Path root, InstantSource clock) {
    this.root = root;
    this.clock = clock;
  }

  /** Those that some builds of a tenant share. */
  public Scope of(String tenant, String shared) {
    return new Scope(
        this, root.resolve(Sha256.hex(Sha256.of(tenant))).resolve(Sha256.hex(Sha256.of(shared))));
  }

  /** The folders of those who share them. */
  public record Scope(CacheFolders all, Path folder) {
    /** Whose they are: a layer that was made with them is no other's. */
    public String name() {
      return String.valueOf(folder.getFileName());
    }

    /**
     * The folder of an id, made if it is not there.
     *
     * @param waiting is told, at most once, that another build has to be waited for
     * @param content what a new one begins with
     */
    public Held hold(
        String id,
        Sharing sharing,
        int mode,
        long uid,
        long gid,
        Runnable waiting,
        Optional<Content> content)
        throws IOException, InterruptedException {
      Path named = folder.resolve(Sha256.hex(Sha256.of(id)));
      Owner owner = new Owner(mode, uid, gid);
      return content.isEmpty()
          ? all.hold(named, sharing, owner, waiting)
          : all.holdFilled(named, sharing, owner, waiting, content.get());
    }
  }

  /** What a folder begins with. */
  @FunctionalInterface
  public interface Content {
    /** Writes it into an empty folder that nobody else has. */
    void writeTo(Path folder) throws IOException;
  }

  /** What a build gets while another one has a folder; each is stricter than the one before. */
  public enum Sharing {
    /** The same folder, unless the other one does not share it; then one of its own. */
    SHARED,
    /** One of its own, which is empty and goes with the build. */
    PRIVATE,
    /** The folder itself, once the other one has given it back. */
    LOCKED
  }

  private record Owner(int mode, long uid, long gid) {}

  /** A folder that is held until it is closed. */
  public record Held(CacheFolders all, Path path) implements AutoCloseable {
    @Override
    public void close() {
      all.giveBack(path);
    }
  }

  private synchronized Held hold(Path named, Sharing sharing, Owner owner, Runnable waiting)
      throws IOException, InterruptedException {
    Path folder = named;
    if (sharing == Sharing.LOCKED && inUse.containsKey(named)) {
      waiting.run();
      while (inUse.containsKey(named)) {
        wait();
      }
    } else if (sharing == Sharing.SHARED ? alone.contains(named) : inUse.containsKey(named)) {
      folder = named.resolveSibling(BUSY + UUID.randomUUID());
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      if (owner.uid() != 0 || owner.gid() != 0) {
        NativeFiles.chown(folder, owner.uid(), owner.gid());
      }
      NativeFiles.chmod(folder, owner.mode());
    }
    touch(folder);
    sizes.remove(folder);
    inUse.merge(folder, 1, Integer::sum);
    if (sharing != Sharing.SHARED) {
      alone.add(folder);
    }
    return new Held(this, folder);
  }

  /** Filled aside, and without the lock: a whole one takes the name by one rename. */
  private Held holdFilled(
      Path named, Sharing sharing, Owner owner, Runnable waiting, Content content)
      throws IOException, InterruptedException {
    while (true) {
      boolean there;
      Held held;
      synchronized (this) {
        there = Files.isDirectory(named);
        Path wanted = there ? named : named.resolveSibling(BUSY + UUID.randomUUID());
        held = hold(wanted, there ? sharing : Sharing.LOCKED, owner, waiting);
      }
      if (held.path().equals(named)) {
        return held;
      }
      boolean kept = false;
      try {
        content.writeTo(held.path());
        kept = there; // one of its own, since another build has the folder itself
        if (kept) {
          return held;
        }
        synchronized (this) {
          if (!Files.isDirectory(named)) {
            Files.move(held.path(), named, StandardCopyOption.ATOMIC_MOVE);
          }
        }
      } finally {
        if (!kept) {
          held.close();
        }
      }
    }
  }

  private synchronized void giveBack(Path folder) {
    changed = true;
    if (inUse.computeIfPresent(folder, (key, count) -> count == 1 ? null : count - 1) == null) {
      alone.remove(folder);
      notifyAll();
    }
    try {
      touch(folder); // whoever wrote there may have given it any time
    } catch (IOException gone) {
      // Then there is nothing to keep.
    }
  }

  private void touch(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
  }

  /** Whether a build had one since they were collected. */
  public boolean isChanged() {
    return changed;
  }

  private record Cache(Path folder, Instant lastUsed, long bytes) {}

  /**
   * Deletes those that lack a name that is given today, and those that were not used for the
   * longest time until the rest takes no more than the limit; never one that is held, and nobody
   * waits for one meanwhile.
   *
   * @return bytes that were freed
   */
  public long collect(long limit) throws IOException, InterruptedException {
    collecting.lockInterruptibly();
    try {
      changed = false;
      List<Cache> caches = new ArrayList<>();
      for (Path tenant : below(root)) {
        if (name(tenant).startsWith(GONE)) {
          Folders.delete(tenant); // another process was ended while it did
        }
        for (Path scope : below(tenant)) {
          add(scope, caches);
        }
      }
      caches.sort(Comparator.comparing(Cache::lastUsed));
      long total = caches.stream().mapToLong(Cache::bytes).sum();
      long freed = 0;
      for (Cache each : caches) {
        boolean left = name(each.folder()).startsWith(BUSY);
        if ((left || total - freed > limit) && delete(each.folder())) {
          freed += each.bytes();
        }
      }
      return freed;
    } finally {
      collecting.unlock();
    }
  }

  private void add(Path scope, List<Cache> caches) throws IOException, InterruptedException {
    List<Path> folders = below(scope);
    if (!folders.stream().allMatch(CacheFolders::isNamed)) {
      delete(scope); // before there were scopes, a tenant's folder had the caches in it
      return;
    }
    Instant now = clock.instant();
    for (Path folder : folders) {
      Instant used = Files.getLastModifiedTime(folder).toInstant();
      caches.add(new Cache(folder, used.isAfter(now) ? Instant.EPOCH : used, bytes(folder)));
    }
  }

  private static boolean isNamed(Path folder) {
    return name(folder).matches(HASH) || name(folder).startsWith(BUSY);
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private long bytes(Path folder) throws InterruptedException {
    Long known = sizes.get(folder);
    if (known != null) {
      return known;
    }
    boolean held = isHeld(folder);
    long bytes = DiskUse.bytes(List.of(folder));
    synchronized (this) {
      if (!held && !isHeld(folder)) {
        sizes.put(folder, bytes);
      }
    }
    return bytes;
  }

  private synchronized boolean isHeld(Path folder) {
    return inUse.containsKey(folder);
  }

  private boolean delete(Path folder) throws IOException {
    Path grave = root.resolve(GONE + UUID.randomUUID());
    synchronized (this) {
      if (inUse.keySet().stream().anyMatch(held -> held.startsWith(folder))) {
        return false;
      }
      sizes.remove(folder);
      Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
    }
    Folders.delete(grave);
    return true;
  }

  private static List<Path> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }
}
