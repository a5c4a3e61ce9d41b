package io.slipway.builder.config;

import java.util.List;

/** Which of the two families of media types a manifest is written in. */
public enum ManifestFormat {
  /** Docker image manifest, version 2, schema 2: what {@code docker push} writes. */
  DOCKER(MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_INDEX, MediaTypes.DOCKER_CONFIG),
  /** OCI image manifest. */
  OCI(MediaTypes.OCI_MANIFEST, MediaTypes.OCI_INDEX, MediaTypes.OCI_CONFIG);

  private final String manifestType;
  private final String indexType;
  private final String configType;

  ManifestFormat(String manifestType, String indexType, String configType) {
    this.manifestType = manifestType;
    this.indexType = indexType;
    this.configType = configType;
  }

  /**
   * The format for an image of such layers: Docker's, as {@code docker push} would, unless it has
   * no word for one of them (layers zipped with zstd, or not at all).
   */
  public static ManifestFormat fitting(List<String> layerTypes) {
    return layerTypes.stream()
            .map(DOCKER::layerType)
            .allMatch(type -> type.startsWith("application/vnd.docker."))
        ? DOCKER
        : OCI;
  }

  /** Media type of a manifest. */
  public String manifestType() {
    return manifestType;
  }

  /** Media type of an index. */
  public String indexType() {
    return indexType;
  }

  /** Media type of an image's configuration. */
  public String configType() {
    return configType;
  }

  /** The same layer, by this family's name; names that are in both or neither stay as they are. */
  public String layerType(String mediaType) {
    if (this == DOCKER && mediaType.equals(MediaTypes.OCI_LAYER)) {
      return MediaTypes.DOCKER_LAYER;
    }
    if (this == OCI && mediaType.equals(MediaTypes.DOCKER_LAYER)) {
      return MediaTypes.OCI_LAYER;
    }
    return mediaType;
  }
}
