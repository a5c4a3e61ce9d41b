package io.slipway.builder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Small records beside the blobs: which repositories have a blob, and what build steps made. They
 * only spare work, so the disk is not waited for.
 */
final class LayerRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoreLayout layout;
  private final InstantSource clock;

  LayerRecords(StoreLayout layout, InstantSource clock) {
    this.layout = layout;
    this.clock = clock;
  }

  /** Records that what is noted under a key was used; the least recently used goes first. */
  void touch(String key) throws IOException {
    try {
      Files.setLastModifiedTime(layout.cache(key), FileTime.from(clock.instant()));
    } catch (NoSuchFileException collected) {
      // The collector may take it away at any time.
    }
  }

  /** Repositories, as {@code registry/repository}, that were seen to have a blob. */
  Set<String> origins(String digest) throws IOException {
    return read(layout.origins(digest), new TypeReference<TreeSet<String>>() {})
        .orElseGet(TreeSet::new);
  }

  synchronized void addOrigin(String digest, String repository) throws IOException {
    Set<String> origins = origins(digest);
    if (origins.add(repository)) {
      write(layout.origins(digest), origins);
    }
  }

  Optional<StoredLayer> cached(String key) throws IOException {
    return read(layout.cache(key), new TypeReference<StoredLayer>() {});
  }

  void cache(String key, StoredLayer layer) throws IOException {
    write(layout.cache(key), layer);
  }

  /** When something was first made, if that is known. */
  Optional<Instant> made(String key) throws IOException {
    Optional<String> text = read(layout.cache(key), new TypeReference<String>() {});
    try {
      if (text.isPresent()) {
        touch(key);
      }
      return text.map(Instant::parse);
    } catch (DateTimeParseException e) {
      forget(key);
      return Optional.empty();
    }
  }

  void made(String key, Instant when) throws IOException {
    write(layout.cache(key), when.toString());
  }

  void forget(String key) throws IOException {
    Files.deleteIfExists(layout.cache(key));
  }

  private static <T> Optional<T> read(Path file, TypeReference<T> type) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), type));
    } catch (JsonProcessingException e) {
      // A record that cannot be read counts as missing: it is only a shortcut.
      Files.deleteIfExists(file);
      return Optional.empty();
    }
  }

  private void write(Path file, Object value) throws IOException {
    AtomicFiles.write(layout.newScratch(), file, JSON.writeValueAsBytes(value));
  }
}
