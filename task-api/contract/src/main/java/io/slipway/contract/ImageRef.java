package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * An image in a registry.
 *
 * @param registry login server, for example {@code 127.0.0.1:8473}
 * @param repository repository, for example {@code hello-world}
 * @param tag tag, or null if it was named by digest alone
 * @param digest digest of the manifest as {@code sha256:<64 hex>}, or null if it is not known
 */
public record ImageRef(
    String registry, String repository, @Nullable String tag, @Nullable String digest) {}
