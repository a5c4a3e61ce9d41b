package io.slipway.builder.store;

import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /**
   * Images of several platforms under one name.
   *
   * @param images the images, in the order of the index
   * @param manifest the index as it will be pushed
   */
  public record StoredIndex(List<StoredImage> images, RawManifest manifest) {
    public StoredIndex {
      images = List.copyOf(images);
    }

    /** Makes an index of images that are in the store. */
    public static StoredIndex of(List<StoredImage> images) {
      return of(images, Map.of());
    }

    /** The same with annotations, which Docker's own format cannot hold. */
    public static StoredIndex of(List<StoredImage> images, Map<String, String> annotations) {
      boolean docker =
          annotations.isEmpty()
              && images.stream()
                  .allMatch(image ->
                      image.manifest().mediaType().equals(ManifestFormat.DOCKER.manifestType()));
      List<Descriptor> manifests =
          images.stream()
              .map(image ->
                  new Descriptor(
                      image.manifest().mediaType(),
                      image.manifest().digest(),
                      image.manifest().size(),
                      image.config().platform(),
                      Map.of()))
              .toList();
      return new StoredIndex(
          images,
          new ImageIndex(manifests, annotations)
              .write(docker ? ManifestFormat.DOCKER : ManifestFormat.OCI));
    }

    /** The image for a platform. */
    public Optional<StoredImage> find(Platform wanted) {
      return images.stream().filter(image -> wanted.accepts(image.config().platform())).findFirst();
    }
  }
}
