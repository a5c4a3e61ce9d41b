package io.slipway.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image was built from.
 *
 * @param image the image that was built, or null if the build had no tag
 * @param runtime the image that its last stage stands on, or null for {@code scratch}
 * @param buildtime the other images that the build read
 * @param gitHeadRevision commit of the context, or null if it was no git repository
 */
public record ImageDependency(
    @Nullable ImageRef image,
    @Nullable ImageRef runtime,
    List<ImageRef> buildtime,
    @Nullable String gitHeadRevision) {}
