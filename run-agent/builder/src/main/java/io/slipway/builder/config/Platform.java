package io.slipway.builder.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, in Go's words.
 *
 * @param os operating system, for example {@code linux}
 * @param architecture for example {@code amd64}, {@code arm64}, {@code arm}
 * @param variant for example {@code v7}, or null
 */
public record Platform(String os, String architecture, @Nullable String variant) {

  /**
   * Reads {@code os/architecture[/variant]}; the usual other names of architectures are understood.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Platform parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
    if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a valid platform; expected os/architecture, for example linux/amd64");
    }
    String variant = parts.length == 3 && !parts[2].isEmpty() ? parts[2] : null;
    return of(parts[0], parts[1], variant);
  }

  /** The platform of this machine's containers: Linux, whatever the host is. */
  public static Platform current() {
    return of("linux", System.getProperty("os.arch", "amd64"), null);
  }

  private static Platform of(String os, String architecture, @Nullable String variant) {
    return switch (architecture) {
      case "x86_64", "x86-64" -> new Platform(os, "amd64", variant);
      case "aarch64" -> new Platform(os, "arm64", variant);
      case "armhf" -> new Platform(os, "arm", variant == null ? "v7" : variant);
      case "armel" -> new Platform(os, "arm", variant == null ? "v6" : variant);
      default -> new Platform(os, architecture, variant);
    };
  }

  /**
   * Whether an image of the other platform runs on this one; without a variant here, any matches.
   */
  public boolean accepts(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant == null || variant.equals(other.variant) || impliedVariant(other));
  }

  private boolean impliedVariant(Platform other) {
    // arm64 has one variant only, and most indexes leave it out.
    return other.variant == null && "arm64".equals(architecture) && "v8".equals(variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
