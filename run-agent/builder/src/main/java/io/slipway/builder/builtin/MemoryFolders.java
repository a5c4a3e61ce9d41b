package io.slipway.builder.builtin;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Folders for what starts a container: some twenty files of a few bytes, secrets among them, that
 * no container writes and that are gone with it. They lie in memory, where they cost nothing and
 * never reach a disk; on the disk where the machine has no such place, or no room in it.
 */
final class MemoryFolders implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  /** A container's folder has some 50 KB. */
  private static final long LEAST_FREE = 4 << 20;

  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final @Nullable Path memory;
  private final Path disk;
  private volatile boolean unusable;

  private MemoryFolders(@Nullable Path memory, Path disk) {
    this.memory = memory;
    this.disk = disk;
  }

  /**
   * Opens them; what an earlier process left is deleted.
   *
   * @param engine the engine's folder, which no other process has
   * @param disk where they lie otherwise
   */
  static MemoryFolders open(Path engine, Path disk) {
    Path own =
        MEMORY.resolve("slipway-" + Sha256.hex(Sha256.of(engine.toString())).substring(0, 16));
    try {
      if (isOwn(own)) {
        Folders.delete(own);
      }
      // Fails if somebody else has made something of this name.
      return new MemoryFolders(Files.createDirectory(own, OWN), disk);
    } catch (IOException notHere) {
      return new MemoryFolders(null, disk);
    }
  }

  /** What others made is never touched: they could put links into the way. */
  private static boolean isOwn(Path folder) throws IOException {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
            .equals(Files.getOwner(Path.of("/proc/self")));
  }

  /** A new folder that only this process's user can read. */
  Path create() throws IOException {
    return Files.createDirectory(parent().resolve("start-" + UUID.randomUUID()), OWN);
  }

  /** Has them lie on the disk if those in memory do not do. */
  void useOnly(Check check) {
    try {
      if (memory != null) {
        check.require(memory);
      }
    } catch (IOException failed) {
      unusable = true;
    }
  }

  /** Fails for a folder in which they may not lie. */
  interface Check {
    void require(Path folder) throws IOException;
  }

  private Path parent() throws IOException {
    Path known = memory;
    if (known == null || unusable || Files.getFileStore(known).getUsableSpace() < LEAST_FREE) {
      return disk;
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    if (memory != null) {
      Folders.delete(memory);
    }
  }
}
