package io.slipway.builder.store;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Layers that build steps made, by the key of the step. A key must hold all that the layer depends
 * on. Caches of different scopes see nothing of one another.
 */
public final class BuildCache {
  private final ImageSpace space;
  private final String scope;

  BuildCache(ImageSpace space, String scope) {
    this.space = space;
    this.scope = scope;
  }

  /** The layer of a step, if it was done before and its layer is still there. */
  public Optional<StoredLayer> find(String key) throws IOException {
    return space.cached(fileKey(key));
  }

  /** Remembers the layer of a step. */
  public void put(String key, StoredLayer layer) throws IOException {
    space.cache(fileKey(key), layer);
  }

  /** When what the key stands for was first made, if that is known. */
  public Optional<Instant> firstMade(String key) throws IOException {
    return space.made(fileKey("made " + key));
  }

  /** Remembers when what the key stands for was made. */
  public void noteMade(String key, Instant when) throws IOException {
    space.made(fileKey("made " + key), when);
  }

  private String fileKey(String key) {
    return Sha256.of(scope.length() + " " + scope + " " + key);
  }
}
