package io.slipway.builder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The manifest of one image.
 *
 * @param config where its configuration is
 * @param layers its layers, the lowest first
 * @param annotations annotations, may be empty; Docker's own format has none
 */
public record ImageManifest(
    Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {

  public ImageManifest {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  /** One without annotations. */
  public ImageManifest(Descriptor config, List<Descriptor> layers) {
    this(config, layers, Map.of());
  }

  /**
   * Reads a manifest.
   *
   * @throws MalformedImageException if it is an index, of the old schema 1, or broken
   */
  public static ImageManifest parse(RawManifest manifest) throws MalformedImageException {
    ObjectNode root = Json.parseObject(manifest.json(), "The manifest");
    if (root.path("schemaVersion").asInt() != 2) {
      throw new MalformedImageException(
          "The manifest has schema version "
              + root.path("schemaVersion")
              + "; only version 2 is supported. Push the image again with a current client");
    }
    if (!root.path("config").isObject() || !root.path("layers").isArray()) {
      throw new MalformedImageException(
          "The manifest of type " + manifest.mediaType() + " has no config or no layers");
    }
    List<Descriptor> layers = new ArrayList<>();
    int index = 0;
    for (JsonNode layer : root.path("layers")) {
      layers.add(Descriptor.read(layer, "layers[" + index++ + "]"));
    }
    return new ImageManifest(Descriptor.read(root.path("config"), "config"), layers);
  }

  /** Writes a manifest; the media types of layers are put in the format's own words. */
  public RawManifest write(ManifestFormat format) {
    return write(format, format.configType());
  }

  /**
   * Writes a manifest as {@link #write(ManifestFormat)}, of something that is not an image to run.
   */
  public RawManifest write(ManifestFormat format, String configType) {
    ObjectNode root = Json.object();
    root.put("schemaVersion", 2);
    root.put("mediaType", format.manifestType());
    new Descriptor(configType, config.digest(), config.size()).write(root.putObject("config"));
    ArrayNode array = root.putArray("layers");
    for (Descriptor layer : layers) {
      Descriptor named =
          new Descriptor(
              format.layerType(layer.mediaType()),
              layer.digest(),
              layer.size(),
              null,
              layer.annotations());
      named.write(array.addObject());
    }
    Descriptor.writeAnnotations(annotations, root);
    return new RawManifest(format.manifestType(), Json.write(root));
  }

  /** Which of the two families of media types a manifest is written in. */
  public enum ManifestFormat {
    /** Docker image manifest, version 2, schema 2: what {@code docker push} writes. */
    DOCKER(MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_INDEX, MediaTypes.DOCKER_CONFIG),
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

    /**
     * The same layer, by this family's name; names that are in both or neither stay as they are.
     */
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
}
