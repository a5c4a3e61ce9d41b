package io.slipway.engine;

import java.util.Map;

/**
 * A finished build.
 *
 * @param imageId digest of the image's configuration, {@code sha256:…}
 * @param cachedSteps how many steps were found in the cache
 * @param baseDigests digest of the manifest of each image that the build read, by the name in the
 *     Dockerfile with variables replaced
 */
public record BuiltImage(String imageId, int cachedSteps, Map<String, String> baseDigests) {}
