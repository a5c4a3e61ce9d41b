package io.slipway.builder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Several images under one name, one per platform.
 *
 * @param manifests the manifests in their order
 * @param annotations annotations, may be empty; Docker's own format has none
 */
public record ImageIndex(List<Descriptor> manifests, Map<String, String> annotations) {

  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }

  /** One without annotations. */
  public ImageIndex(List<Descriptor> manifests) {
    this(manifests, Map.of());
  }

  /**
   * Reads an index.
   *
   * @throws MalformedImageException if it is not an index
   */
  public static ImageIndex parse(RawManifest manifest) throws MalformedImageException {
    ObjectNode root = Json.parseObject(manifest.json(), "The index");
    if (!root.path("manifests").isArray()) {
      throw new MalformedImageException("The index has no list of manifests");
    }
    List<Descriptor> manifests = new ArrayList<>();
    int position = 0;
    for (JsonNode entry : root.path("manifests")) {
      manifests.add(Descriptor.read(entry, "manifests[" + position++ + "]"));
    }
    return new ImageIndex(manifests);
  }

  /**
   * The manifest for a platform: the first that fits.
   *
   * @throws MalformedImageException if none does; the message lists what there is
   */
  public Descriptor choose(Platform wanted) throws MalformedImageException {
    for (Descriptor manifest : manifests) {
      Platform platform = manifest.platform();
      if (platform != null && wanted.accepts(platform)) {
        return manifest;
      }
    }
    String offered =
        manifests.stream()
            .map(Descriptor::platform)
            .filter(platform -> platform != null && !platform.os().equals("unknown"))
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    throw new MalformedImageException(
        "no matching manifest for %s in the manifest list entries; there are: %s"
            .formatted(wanted, offered));
  }

  public RawManifest write(ImageManifest.ManifestFormat format) {
    ObjectNode root = Json.object();
    root.put("schemaVersion", 2);
    root.put("mediaType", format.indexType());
    ArrayNode array = root.putArray("manifests");
    manifests.forEach(manifest -> manifest.write(array.addObject()));
    Descriptor.writeAnnotations(annotations, root);
    return new RawManifest(format.indexType(), Json.write(root));
  }
}
