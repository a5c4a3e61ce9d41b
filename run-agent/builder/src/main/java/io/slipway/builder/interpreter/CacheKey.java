package io.slipway.builder.interpreter;

import io.slipway.builder.config.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The digest of what a step's result depends on. Each part is written with its length: no two lists
 * of parts give the same bytes, whatever a Dockerfile's author puts into them.
 */
final class CacheKey {
  private final MessageDigest digest = Sha256.start();

  /** A key of one kind of step. */
  static CacheKey of(String kind) {
    return new CacheKey().with(kind);
  }

  CacheKey with(String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
    return this;
  }

  CacheKey with(Collection<String> parts) {
    with("" + parts.size());
    parts.forEach(this::with);
    return this;
  }

  CacheKey with(Map<String, String> values) {
    with(values.keySet().stream().sorted().toList());
    return with(new TreeMap<>(values).values());
  }

  /** The key; nothing may be added to it any more. */
  String done() {
    return Sha256.finish(digest);
  }
}
