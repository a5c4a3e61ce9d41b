package io.slipway.builder.store;

import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.EntryBudget;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerIndex;
import io.slipway.builder.layer.LayerReader.UnpackLimits;
import io.slipway.builder.process.Folders;
import io.slipway.builder.store.GarbageCollector.Leases;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Images on disk, one store per agent, shared by its runs. Whatever is in it is there whole: things
 * are made in a scratch folder and get their name at the end, so a process may die at any line. One
 * process at a time has a store open.
 */
public final class ImageStore implements AutoCloseable {
  private final StoreLayout layout;
  private final FileChannel lockFile;
  private final BlobFolder blobs;
  private final LayerFolders folders;
  private final LayerRecords records;
  private final Leases leases = new Leases();
  private final KeyedLocks locks = new KeyedLocks();
  private final Set<String> openSpaces = ConcurrentHashMap.newKeySet();
  private final FreeSpace free;

  /** How long a fetch waits for that of the same blob from another place. */
  volatile Duration patience = Duration.ofSeconds(10);

  private ImageStore(Path root, FileChannel lockFile, InstantSource clock, UnpackLimits limits)
      throws IOException {
    this.layout = new StoreLayout(root);
    this.lockFile = lockFile;
    this.free = new FreeSpace(root);
    this.blobs = new BlobFolder(layout, clock, free);
    this.folders = new LayerFolders(layout, blobs, clock, limits, free);
    this.records = new LayerRecords(layout, clock);
  }

  /**
   * Opens a store, which is made if it does not exist.
   *
   * @param root its folder; for unpacking, on a file system that overlayfs takes
   * @param clock tells when things were used
   * @throws IOException also if another process has it open
   */
  public static ImageStore open(Path root, InstantSource clock) throws IOException {
    return open(root, clock, UnpackLimits.DEFAULT);
  }

  /** Opens a store as {@link #open(Path, InstantSource)}, with limits for its layers. */
  public static ImageStore open(Path root, InstantSource clock, UnpackLimits limits)
      throws IOException {
    Path folder = root.toAbsolutePath().normalize();
    StoreLayout layout = new StoreLayout(folder);
    layout.create();
    FileChannel lockFile =
        FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(lockFile) == null) {
        throw new IOException(
            "The image store " + folder + " is in use by another process; give each agent its own");
      }
      Folders.renew(layout.scratch());
      ImageStore store = new ImageStore(folder, lockFile, clock, limits);
      store.blobs.open();
      store.folders.dropOldBoots();
      return store;
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /**
   * Opens the view of one run.
   *
   * @param key unique name among the open ones
   */
  public ImageSpace openSpace(String key) {
    if (!openSpaces.add(key)) {
      throw new IllegalStateException("There is an open space " + key + " already");
    }
    return new ImageSpace(this, key);
  }

  /** What is free on its file system. */
  public FreeSpace freeSpace() {
    return free;
  }

  /** Sets how many bytes of its file system stay free; what would take them fails. */
  public void keepFree(long bytes) {
    free.keep(bytes);
  }

  /** What the store takes on disk. */
  public StoreUsage usage() throws IOException {
    return new GarbageCollector(layout, leases).usage();
  }

  /**
   * Deletes what was not used for the longest time until the store takes no more than the limit, or
   * only what is in use is left.
   *
   * @return bytes that were freed
   */
  public long collectGarbage(long limitBytes) throws IOException {
    return new GarbageCollector(layout, leases).collect(limitBytes);
  }

  /** Ends its work; the folder stays. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  BlobFolder blobs() {
    return blobs;
  }

  LayerFolders folders() {
    return folders;
  }

  LayerRecords records() {
    return records;
  }

  Leases leases() {
    return leases;
  }

  void closed(ImageSpace space) {
    openSpaces.remove(space.key());
  }

  <E extends Exception> boolean fetch(Descriptor blob, BlobFetch<E> from)
      throws IOException, E, InterruptedException {
    Fetching<E> fetching = new Fetching<>(blob, from);
    // From one place once at a time; who has another place waits for a slow one only so long.
    String key = Leases.blob(blob.digest());
    boolean fetched =
        locks.with(key + " " + from.origin(), () -> locks.with(key, patience, fetching::run));
    if (fetching.storeProblem != null) {
      throw fetching.storeProblem;
    }
    return fetched;
  }

  /** One fetch; carries a problem of the store out of the lock beside the fetch's own. */
  private final class Fetching<E extends Exception> {
    private final Descriptor blob;
    private final BlobFetch<E> from;
    private boolean fetched;
    private @Nullable IOException storeProblem;

    Fetching(Descriptor blob, BlobFetch<E> from) {
      this.blob = blob;
      this.from = from;
    }

    boolean run() throws E, InterruptedException {
      try {
        String digest = blob.digest();
        if (!blobs.has(digest)) {
          blobs.<E>receive(digest, blob.size(), from::writeTo);
          fetched = true;
        } else if (!records.origins(digest).contains(from.origin()) && !from.exists()) {
          throw new MalformedImageException(
              "The manifest names the blob " + digest + ", which is not at " + from.origin());
        }
        blobs.touch(digest);
        records.addOrigin(digest, from.origin());
      } catch (IOException e) {
        storeProblem = e;
      }
      return fetched;
    }
  }

  UnpackedImage unpack(List<StoredLayer> layers, ExecutorService unpackers, LongConsumer written)
      throws IOException, InterruptedException {
    List<Future<Long>> work = new ArrayList<>();
    for (StoredLayer layer : layers) {
      if (folders.has(layer.diffId())) {
        folders.verify(layer);
      } else {
        work.add(unpackers.submit(() -> unpackOnce(layer)));
      }
    }
    try {
      for (Future<Long> each : work) {
        written.accept(each.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("A layer could not be unpacked: " + e.getCause(), e);
    } finally {
      work.forEach(each -> each.cancel(true));
    }
    return unpacked(onceEach(layers));
  }

  /** Without the lower ones of layers that occur several times. */
  private static List<StoredLayer> onceEach(List<StoredLayer> layers) {
    return List.copyOf(new LinkedHashSet<>(layers.reversed()).reversed());
  }

  private UnpackedImage unpacked(List<StoredLayer> layers) throws IOException {
    List<Path> paths = new ArrayList<>();
    List<String> names = new ArrayList<>();
    boolean exact = true;
    for (StoredLayer layer : layers) {
      exact &= folders.ready(layer.diffId()).ownershipExact();
      folders.touch(layer.diffId());
      paths.add(folders.files(layer.diffId()));
      names.add(folders.link(layer.diffId()));
    }
    return new UnpackedImage(paths, folders.links(), names, exact);
  }

  /** How many bytes it wrote. */
  private long unpackOnce(StoredLayer layer) throws IOException, InterruptedException {
    return locks.with(
        Leases.layer(layer.diffId()),
        () -> {
          if (folders.has(layer.diffId())) {
            folders.verify(layer); // another made it meanwhile, perhaps from another blob
            return 0L;
          }
          folders.unpack(layer);
          return folders.ready(layer.diffId()).bytes();
        });
  }

  ImageTree tree(List<StoredLayer> layers) throws IOException {
    TreeBuilder builder = new TreeBuilder();
    EntryBudget budget =
        new EntryBudget(2 * UnpackLimits.DEFAULT.maxEntryMemory(), "an image's entries");
    for (StoredLayer layer : layers) {
      LayerIndex index = folders.index(layer);
      for (LayerEntry entry : index.entries()) {
        budget.add(entry);
      }
      builder.add(layer, index);
    }
    return new ImageTree(folders, builder);
  }

  /**
   * What the store takes on disk.
   *
   * @param blobBytes bytes of blobs
   * @param layerBytes bytes of unpacked layers
   * @param leasedBytes how much of both is in use and cannot be deleted now
   * @param blobs number of blobs
   * @param layers number of unpacked layers
   */
  public record StoreUsage(
      long blobBytes, long layerBytes, long leasedBytes, int blobs, int layers) {
    public long totalBytes() {
      return blobBytes + layerBytes;
    }
  }

  /** One lock per key, so that one thing is made once and different things at the same time. */
  static final class KeyedLocks {
    private final ConcurrentHashMap<String, Held> locks = new ConcurrentHashMap<>();

    private static final class Held {
      final ReentrantLock lock = new ReentrantLock();
      int users;
    }

    interface Work<T, E extends Exception> {
      T run() throws E, InterruptedException;
    }

    /** Does the work while no other thread works on the same key. */
    <T, E extends Exception> T with(String key, Work<T, E> work) throws E, InterruptedException {
      return with(key, Duration.ofNanos(Long.MAX_VALUE), work);
    }

    /** The same, but beside another thread if that takes too long. */
    <T, E extends Exception> T with(String key, Duration patience, Work<T, E> work)
        throws E, InterruptedException {
      Held held =
          locks.compute(
              key,
              (k, existing) -> {
                Held found = existing == null ? new Held() : existing;
                found.users++;
                return found;
              });
      try {
        boolean alone = held.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        try {
          return work.run();
        } finally {
          if (alone) {
            held.lock.unlock();
          }
        }
      } finally {
        locks.computeIfPresent(key, (k, existing) -> --existing.users == 0 ? null : existing);
      }
    }
  }
}
