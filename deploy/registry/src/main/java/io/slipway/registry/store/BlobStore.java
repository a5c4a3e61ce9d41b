package io.slipway.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Content by digest, shared by all repositories; who may see it is decided by their links. */
public final class BlobStore {
  private final Path folder;

  /** Keeps it in a folder. */
  public BlobStore(Path folder) {
    this.folder = folder;
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

  /** Moves a verified file into the store. */
  public void take(Path file, Digest digest) throws IOException {
    if (Files.exists(file(digest))) {
      Files.delete(file);
    } else {
      AtomicFile.publish(file, file(digest));
    }
  }

  /** Stores bytes whose digest is known to be right. */
  public void put(byte[] content, Digest digest) throws IOException {
    if (!Files.exists(file(digest))) {
      AtomicFile.write(file(digest), content);
    }
  }
}
