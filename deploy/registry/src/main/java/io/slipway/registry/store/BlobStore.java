package io.slipway.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Content by digest, shared by all repositories; who may see it is decided by their links. Whoever
 * makes a link has the blob's time renewed first, so that the sweep leaves it alone: see {@link
 * Sweep}.
 */
public final class BlobStore {
  private final Path folder;
  private final ManifestReader reader;
  private final InstantSource clock;
  private final Lists lists = new Lists();
  private final ReentrantLock[] blobLocks = locks();
  private final ReentrantLock[] repositoryLocks = locks();

  /**
   * What the store has to know about a manifest.
   *
   * @param parts all digests that it names
   * @param subject what it refers to, if anything
   */
  public record ManifestReader(
      Function<byte[], Set<Digest>> parts, Function<byte[], Optional<Digest>> subject) {}

  /** Keeps it in a folder. */
  public BlobStore(Path folder, ManifestReader reader, InstantSource clock) {
    this.folder = folder;
    this.reader = reader;
    this.clock = clock;
  }

  private static ReentrantLock[] locks() {
    return IntStream.range(0, 512)
        .mapToObj(one -> new ReentrantLock())
        .toArray(ReentrantLock[]::new);
  }

  private static ReentrantLock of(ReentrantLock[] locks, Object key) {
    return locks[Math.floorMod(key.hashCode(), locks.length)];
  }

  /** Held by whoever changes a repository; a lock of a blob may be taken under it. */
  ReentrantLock repositoryLock(Path repository) {
    return of(repositoryLocks, repository);
  }

  ManifestReader reader() {
    return reader;
  }

  Lists lists() {
    return lists;
  }

  Path folder() {
    return folder;
  }

  /** File of a digest, whether it is there or not. */
  public Path file(Digest digest) {
    return folder
        .resolve(digest.algorithm())
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  /** Whether a file's content has a digest. */
  public static boolean matches(Path file, Digest digest) throws IOException {
    MessageDigest hasher = digest.hasher();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(hasher.digest()).equals(digest.hex());
  }

  /**
   * Moves a verified file, which nobody may write to any more, into the store. What is there is
   * compared and, should it have been damaged, replaced.
   */
  public void take(Path file, Digest digest) throws IOException {
    ReentrantLock lock = of(blobLocks, digest);
    lock.lock();
    try {
      if (Files.exists(file(digest)) && Files.mismatch(file, file(digest)) < 0) {
        renew(file(digest));
        Files.delete(file);
      } else {
        AtomicFile.publish(file, file(digest));
        renew(file(digest));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stores bytes whose digest is known to be right. */
  public void put(byte[] content, Digest digest) throws IOException {
    if (!claim(digest)) {
      AtomicFile.write(file(digest), content);
      renew(file(digest));
    }
  }

  /** Keeps a blob from being swept for the grace time; false if it is not there. */
  boolean claim(Digest digest) throws IOException {
    ReentrantLock lock = of(blobLocks, digest);
    lock.lock();
    try {
      renew(file(digest));
      return true;
    } catch (NoSuchFileException absent) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes a blob unless somebody has claimed it since; answers the bytes that it had, or -1. */
  long deleteIfOlder(Digest digest, Instant before) throws IOException {
    ReentrantLock lock = of(blobLocks, digest);
    lock.lock();
    try {
      Path file = file(digest);
      if (!isOlder(file, before)) {
        return -1;
      }
      long size = Files.size(file);
      return Files.deleteIfExists(file) ? size : -1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a damaged blob out of the way, unless another file has taken its place.
   *
   * @param read the file that was found to be damaged, see {@link Scrub#key}
   */
  boolean setAside(Digest digest, Object read) throws IOException {
    ReentrantLock lock = of(blobLocks, digest);
    lock.lock();
    try {
      if (!Scrub.key(file(digest)).equals(read)) {
        return false;
      }
      AtomicFile.folder(damaged());
      Path aside = damaged().resolve(digest.hex() + "-" + UUID.randomUUID());
      Files.move(file(digest), aside, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Blobs that were found to be damaged, until somebody has looked at them. */
  Path damaged() {
    return folder.resolve(".damaged");
  }

  void renew(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
  }

  static boolean isOlder(Path file, Instant before) {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(before);
    } catch (IOException gone) {
      return false;
    }
  }

  /** Takes a folder out of sight at once, and answers where it is now, to be deleted. */
  Optional<Path> putAside(Path doomed) throws IOException {
    Path aside = trash().resolve(UUID.randomUUID().toString());
    AtomicFile.folder(trash());
    try {
      Files.move(doomed, aside, StandardCopyOption.ATOMIC_MOVE);
      return Optional.of(aside);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** What was put aside and not yet deleted. */
  Path trash() {
    return folder.resolve(".trash");
  }
}
