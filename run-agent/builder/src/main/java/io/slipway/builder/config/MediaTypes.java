package io.slipway.builder.config;

import java.util.List;

/** Media types of manifests, configurations and layers. */
public final class MediaTypes {
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_INDEX =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  public static final String DOCKER_FOREIGN_LAYER =
      "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  /**
   * What is asked for at a registry: all four at once. Distribution 2.8 answers 404 when the type
   * it holds is not named.
   */
  public static final List<String> MANIFESTS =
      List.of(DOCKER_MANIFEST, OCI_MANIFEST, DOCKER_INDEX, OCI_INDEX);

  private MediaTypes() {}

  /** Whether this is an index of several manifests. */
  public static boolean isIndex(String mediaType) {
    return mediaType.equals(DOCKER_INDEX) || mediaType.equals(OCI_INDEX);
  }

  /** Whether the blob stays at another place and may not be pushed to a registry. */
  public static boolean isForeign(String mediaType) {
    return mediaType.equals(DOCKER_FOREIGN_LAYER) || mediaType.contains(".nondistributable.");
  }
}
