package io.slipway.builder.layer;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an upper folder becomes a layer.
 *
 * @param leaveOut paths (as in {@link LayerEntry}) that are deleted from the upper folder before,
 *     with all below; for example mount points that the launcher made
 * @param latestMtime times of change after this are set to it, as {@code SOURCE_DATE_EPOCH} asks;
 *     null to keep them
 */
public record PackOptions(Set<String> leaveOut, @Nullable Instant latestMtime) {
  public PackOptions {
    leaveOut = Set.copyOf(leaveOut);
  }

  /** Everything, as it is. */
  public static PackOptions all() {
    return new PackOptions(Set.of(), null);
  }
}
