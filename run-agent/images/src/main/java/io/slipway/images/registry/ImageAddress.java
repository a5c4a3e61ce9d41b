package io.slipway.images.registry;

import io.slipway.taskfile.image.ImageReference;

/** Parts of a name of an image, as registries and people want them. */
final class ImageAddress {

  private ImageAddress() {}

  /** What stands after the last slash of a manifest's address: the digest if there is one. */
  static String reference(ImageReference name) {
    String digest = name.digest();
    return digest != null ? digest : tag(name);
  }

  /** What Docker shows before the colon. */
  static String shown(ImageReference name) {
    return reference(name);
  }

  /** The whole name. */
  static String full(ImageReference name) {
    String digest = name.digest();
    String repository = name.registry() + "/" + name.repository();
    return digest != null ? repository + "@" + digest : repository + ":" + tag(name);
  }

  private static String tag(ImageReference name) {
    String tag = name.tag();
    return tag != null ? tag : "latest";
  }
}
