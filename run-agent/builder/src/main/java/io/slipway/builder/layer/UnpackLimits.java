package io.slipway.builder.layer;

/**
 * What a layer may cost at most; a small archive can unpack to more than a disk holds.
 *
 * @param maxBytes bytes of all files of a layer
 * @param maxEntries number of entries of a layer
 * @param maxPathLength characters of one path
 */
public record UnpackLimits(long maxBytes, long maxEntries, int maxPathLength) {
  /** 32 GiB, two million entries, paths of 4096. */
  public static final UnpackLimits DEFAULT = new UnpackLimits(32L << 30, 2_000_000, 4096);
}
