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

  /**
   * A layer that the store has.
   *
   * @param digest digest of its blob
   * @param size bytes of its blob
   * @param mediaType media type of its blob
   * @param diffId digest of its unpacked tar
   */
  public record StoredLayer(String digest, long size, String mediaType, String diffId) {}
}
