package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders that {@code RUN --mount=type=cache} keeps from build to build. One build at a time has a
 * folder; another gets an empty one, unless it asks to share.
 */
public final class CacheFolders {
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path root;

  /** Those below a folder, which is one tenant's. */
  public CacheFolders(Path root) {
    this.root = root;
  }

  /** A folder that is held until it is closed. */
  record Held(Path path, boolean scratch, boolean counted) implements AutoCloseable {
    @Override
    public void close() {
      if (counted) {
        IN_USE.remove(path);
      }
    }
  }

  /** The folder of an id. */
  Held hold(String id, boolean shared, int mode, long uid, long gid) throws IOException {
    Path folder = root.resolve(Sha256.hex(Sha256.of(id)));
    if (shared) {
      return new Held(make(folder, mode, uid, gid), false, false);
    }
    if (IN_USE.add(folder)) {
      return new Held(make(folder, mode, uid, gid), false, true);
    }
    Path other = root.resolve("busy-" + UUID.randomUUID());
    IN_USE.add(other);
    return new Held(make(other, mode, uid, gid), true, true);
  }

  private static Path make(Path folder, int mode, long uid, long gid) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      if (uid != 0 || gid != 0) {
        io.slipway.builder.layer.NativeFiles.chown(folder, uid, gid);
      }
      io.slipway.builder.layer.NativeFiles.chmod(folder, mode);
    }
    return folder;
  }
}
