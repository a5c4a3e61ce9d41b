package io.slipway.builder.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points at a blob or a manifest.
 *
 * @param mediaType its media type
 * @param digest its digest
 * @param size its size in bytes
 * @param platform what it runs on, in an index; null elsewhere
 * @param annotations notes, may be empty
 */
public record Descriptor(
    String mediaType,
    String digest,
    long size,
    @Nullable Platform platform,
    Map<String, String> annotations) {

  public Descriptor {
    annotations = Map.copyOf(annotations);
  }

  /** One without platform and notes. */
  public Descriptor(String mediaType, String digest, long size) {
    this(mediaType, digest, size, null, Map.of());
  }
}
