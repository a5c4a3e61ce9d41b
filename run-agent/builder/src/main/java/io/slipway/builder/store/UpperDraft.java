package io.slipway.builder.store;

import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.layer.LayerArchiveWriter;
import io.slipway.builder.layer.UpperFolder;
import io.slipway.builder.process.Folders;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Folders for one overlay mount whose changes may become a layer. Closing without {@link #commit}
 * drops them; the overlay must not be mounted any more in either case.
 */
public final class UpperDraft implements AutoCloseable {
  private final ImageSpace space;
  private final Path folder;

  UpperDraft(ImageSpace space, Path folder) throws IOException {
    this.space = space;
    this.folder = folder;
    Files.createDirectory(folder.resolve("work"));
    Files.createDirectory(folder.resolve("merged"));
  }

  /** {@code upperdir} of the mount. */
  public Path upper() {
    return folder.resolve("fs");
  }

  /** {@code workdir} of the mount. */
  public Path work() {
    return folder.resolve("work");
  }

  /** An empty folder to mount at. */
  public Path merged() {
    return folder.resolve("merged");
  }

  /** Packs the upper folder with all times as they are. */
  public StoredLayer commit() throws IOException {
    return commit(Instant.MAX);
  }

  /**
   * Packs the upper folder as a layer and keeps it as that layer's unpacked form.
   *
   * @param latest the time of all that is younger; where it counts the folder is not kept
   * @throws IOException also if there is something that no image can carry, such as a device
   */
  public StoredLayer commit(Instant latest) throws IOException {
    Path file = folder.resolve("layer.tar.gz");
    LayerArchiveWriter.Written written;
    try (LayerArchiveWriter writer =
        new LayerArchiveWriter(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            latest)) {
      new UpperFolder(upper()).write(writer);
      written = writer.finish();
    }
    StoredLayer layer =
        new StoredLayer(
            written.digest(), Files.size(file), MediaTypes.DOCKER_LAYER, written.diffId());
    space.adopt(layer, file, written.index());
    if (latest.isBefore(Instant.MAX)) {
      return layer;
    }
    Folders.delete(work());
    Folders.delete(merged());
    space.adoptFolder(layer, folder, written.index());
    return layer;
  }

  @Override
  public void close() throws IOException {
    Folders.delete(folder);
  }
}
