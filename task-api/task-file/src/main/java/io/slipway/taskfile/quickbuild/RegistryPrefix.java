package io.slipway.taskfile.quickbuild;

import java.util.Collection;

/**
 * Image names of a quick build: they belong to the run's registry unless they name another one that
 * the run knows.
 */
public final class RegistryPrefix {
  private static final String LIBRARY = "library/";

  private RegistryPrefix() {}

  /**
   * The whole name of an image.
   *
   * @param image as written, for example {@code hello:1}
   * @param registry login server of the run; empty for none
   * @param known login servers that the run may log in to
   */
  public static String of(String image, String registry, Collection<String> known) {
    if (registry.isEmpty() || image.startsWith(LIBRARY) || startsWith(image, registry)) {
      return image;
    }
    return known.stream().anyMatch(other -> startsWith(image, other))
        ? image
        : registry + "/" + image;
  }

  private static boolean startsWith(String image, String registry) {
    return !registry.isEmpty() && image.startsWith(registry + "/");
  }
}
