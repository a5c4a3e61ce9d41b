package io.slipway.builder.layer;

/**
 * How archives of layers say that something is gone, and the attributes by which overlayfs does.
 */
final class Whiteouts {
  static final String PREFIX = ".wh.";
  static final String OPAQUE = ".wh..wh..opq";
  private static final String RESERVED = ".wh..wh.";

  /**
   * On a folder: {@code y} hides what lower layers have; {@code x} says that marked files are in
   * it.
   */
  static final String OPAQUE_ATTRIBUTE = "user.overlay.opaque";

  /** On an empty file: a whiteout where no device can be made (kernel 6.7 and newer). */
  static final String WHITEOUT_ATTRIBUTE = "user.overlay.whiteout";

  private Whiteouts() {}

  /** Names that an old driver of Docker left in archives and nobody reads any more. */
  static boolean isLeftover(String name) {
    return name.startsWith(RESERVED) && !name.equals(OPAQUE);
  }

  /**
   * Whether an extended attribute is part of what an image says, and not of how a machine keeps it.
   */
  static boolean isKept(String attribute) {
    return attribute.equals("security.capability")
        || (attribute.startsWith("user.") && !attribute.contains("overlay."));
  }
}
