package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerReader.LayerSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that is in no folder of files: downloaded, or written in the Dockerfile. */
record GivenFile(@Nullable Path file, byte @Nullable [] bytes, String digest, long size)
    implements FileSource {
  static GivenFile of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new GivenFile(file, null, Sha256.of(in), Files.size(file));
    }
  }

  static GivenFile of(byte[] bytes) {
    return new GivenFile(null, bytes, Sha256.of(bytes), bytes.length);
  }

  @Override
  public String resolve(String path) {
    return path;
  }

  @Override
  public Optional<LayerEntry> find(String path) {
    return Optional.of(LayerEntry.file(path, 0600, 0, 0, Instant.EPOCH, size));
  }

  @Override
  public List<LayerEntry> children(String folder) {
    return List.of();
  }

  @Override
  public String contentKey(LayerEntry entry) {
    return digest;
  }

  @Override
  public String identity(LayerEntry entry) {
    return entry.path();
  }

  @Override
  public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
    for (LayerEntry each : files) {
      Path path = file;
      try (InputStream in =
          path != null ? Files.newInputStream(path) : new ByteArrayInputStream(bytes)) {
        sink.accept(each, in);
      }
    }
  }
}
