package io.slipway.builder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points at a blob or a manifest.
 *
 * @param mediaType its media type
 * @param digest its digest
 * @param size its size in bytes
 * @param platform what it runs on, in an index; null elsewhere
 * @param annotations its annotations; may be empty
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

  /** One without platform and annotations. */
  public Descriptor(String mediaType, String digest, long size) {
    this(mediaType, digest, size, null, Map.of());
  }

  /** Reads one; {@code where} is its place for messages. */
  static Descriptor read(JsonNode node, String where) throws MalformedImageException {
    String digest = node.path("digest").asText("");
    if (!Sha256.isDigest(digest)) {
      throw new MalformedImageException(
          where + ".digest is '" + digest + "'; expected sha256: and 64 lower-case hex digits");
    }
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || size.asLong() < 0) {
      throw new MalformedImageException(
          where + ".size is " + size + "; expected a number of bytes");
    }
    JsonNode platform = node.path("platform");
    return new Descriptor(
        node.path("mediaType").asText(""),
        digest,
        size.asLong(),
        platform.isObject() ? platform(platform) : null,
        Json.textMap(node.path("annotations")));
  }

  private static Platform platform(JsonNode node) {
    String variant = node.path("variant").asText("");
    return new Platform(
        node.path("os").asText(""),
        node.path("architecture").asText(""),
        variant.isEmpty() ? null : variant);
  }

  void write(ObjectNode into) {
    into.put("mediaType", mediaType);
    into.put("size", size);
    into.put("digest", digest);
    if (platform != null) {
      ObjectNode node = into.putObject("platform");
      node.put("architecture", platform.architecture());
      node.put("os", platform.os());
      if (platform.variant() != null) {
        node.put("variant", platform.variant());
      }
    }
    writeAnnotations(annotations, into);
  }

  /** Annotations in the order of their names; nothing if there are none. */
  static void writeAnnotations(Map<String, String> annotations, ObjectNode into) {
    if (!annotations.isEmpty()) {
      ObjectNode object = into.putObject("annotations");
      annotations.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(each -> object.put(each.getKey(), each.getValue()));
    }
  }
}
