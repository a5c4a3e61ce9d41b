package io.slipway.builder.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is free on the file system of a folder, of which a reserve stays free. */
public final class FreeSpace {
  private final Path folder;
  private final FileStore files;
  private volatile long reserve;

  /** That of a folder, without a reserve. */
  public FreeSpace(Path folder) throws IOException {
    this.folder = folder;
    this.files = Files.getFileStore(folder);
  }

  /** Sets how many bytes stay free. */
  void keep(long bytes) {
    reserve = bytes;
  }

  /** Free bytes beyond the reserve; below 0 if some of that is taken. */
  public long left() throws IOException {
    return files.getUsableSpace() - reserve;
  }

  /**
   * Makes sure that so many bytes can be written.
   *
   * @throws NoSpaceException if the reserve would be touched
   */
  public void require(long bytes) throws IOException {
    if (reserve > 0 && left() < bytes) {
      throw new NoSpaceException(
          "NoSpace: %d MiB more would leave less than %d MiB of the disk of %s free (slipway.agent.disk-reserve)"
              .formatted(bytes + (1 << 20) - 1 >> 20, reserve >> 20, folder));
    }
  }

  /** The disk is nearly full. */
  public static final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSpaceException(String message) {
      super(message);
    }
  }
}
