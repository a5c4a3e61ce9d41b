package io.slipway.builder.store;

import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.RawManifest;
import java.util.List;

/**
 * An image that the store has, whole.
 *
 * @param config its configuration
 * @param layers its layers, the lowest first
 * @param manifest its manifest: as its registry had it, or as it will be pushed
 */
public record StoredImage(ImageConfig config, List<StoredLayer> layers, RawManifest manifest) {
  public StoredImage {
    layers = List.copyOf(layers);
  }

  /** Id of the image: digest of its configuration. */
  public String id() {
    return config.digest();
  }
}
