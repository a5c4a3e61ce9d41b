package io.slipway.builder.store;

import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.layer.LayerArchiveWriter;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A layer that is written entry by entry: owners are data here, so no right is needed. Folders come
 * before what is in them, files before their further names. Closing without {@link #commit()} drops
 * it.
 */
public final class LayerDraft implements AutoCloseable {
  private final ImageSpace space;
  private final Path file;
  private final LayerArchiveWriter writer;
  private boolean done;

  LayerDraft(ImageSpace space, Path file, Instant latest) throws IOException {
    this.space = space;
    this.file = file;
    this.writer =
        new LayerArchiveWriter(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            latest);
  }

  /** Adds an entry without content. */
  public void add(LayerEntry entry) throws IOException {
    writer.add(entry);
  }

  /** Adds a file with its content, exactly {@code entry.size()} bytes; not closed. */
  public void add(LayerEntry entry, InputStream content) throws IOException {
    writer.add(entry, content);
  }

  /** Ends it; the store has the layer then. */
  public StoredLayer commit() throws IOException {
    LayerArchiveWriter.Written written = writer.finish();
    done = true;
    StoredLayer layer =
        new StoredLayer(
            written.digest(), Files.size(file), MediaTypes.DOCKER_LAYER, written.diffId());
    space.adopt(layer, file, written.index());
    return layer;
  }

  @Override
  public void close() throws IOException {
    try {
      if (!done) {
        writer.close();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
