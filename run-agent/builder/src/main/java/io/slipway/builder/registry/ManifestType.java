package io.slipway.builder.registry;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import java.io.IOException;

/** Finds out which type of manifest a registry has answered with. */
final class ManifestType {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestType() {}

  /**
   * Names the type: what the manifest says of itself counts, since it is under the digest; then the
   * header of the answer; then the form.
   */
  static RawManifest name(byte[] bytes, String header) throws MalformedImageException {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      throw new MalformedImageException("The manifest is not valid JSON", e);
    }
    String own = root.path("mediaType").asText("");
    if (!own.isEmpty()) {
      return RawManifest.of(own, bytes);
    }
    if (MediaTypes.MANIFESTS.contains(header)) {
      return RawManifest.of(header, bytes);
    }
    if (root.path("schemaVersion").asInt() == 1) {
      throw new MalformedImageException(
          "The image has a manifest of the old schema 1; push it again with a current client");
    }
    return RawManifest.of(
        root.path("manifests").isArray() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST, bytes);
  }

  /** A manifest that jib sends byte by byte as it is; its own templates drop and reorder fields. */
  static final class RawTemplate implements ManifestTemplate {
    private final RawManifest manifest;

    RawTemplate(RawManifest manifest) {
      this.manifest = manifest;
    }

    @JsonValue
    @JsonRawValue
    String json() {
      return manifest.json();
    }

    @Override
    public int getSchemaVersion() {
      return 2;
    }

    @Override
    public String getManifestMediaType() {
      return manifest.mediaType();
    }
  }
}
