package io.slipway.builder.registry;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import io.slipway.builder.config.RawManifest;

/** A manifest that jib sends byte by byte as it is; its own templates drop and reorder fields. */
final class RawTemplate implements ManifestTemplate {
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
