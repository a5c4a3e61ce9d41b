package io.slipway.builder.sandbox;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something mounted in a container.
 *
 * @param kind what it is
 * @param source file or folder of the machine; null for a tmpfs
 * @param target absolute path in the container, without links in it
 * @param readOnly whether the container may only read it
 * @param options of a tmpfs: {@code size=…}; of an overlay: its lower folders, the top first
 */
public record Mount(
    Kind kind, @Nullable Path source, String target, boolean readOnly, List<String> options) {
  /** What is mounted. */
  public enum Kind {
    BIND,
    TMPFS
  }

  /** A file or folder of the machine. */
  public static Mount bind(Path source, String target, boolean readOnly) {
    return new Mount(Kind.BIND, source, target, readOnly, List.of());
  }

  /** A folder in memory. */
  public static Mount tmpfs(String target, List<String> options) {
    return new Mount(Kind.TMPFS, null, target, false, options);
  }
}
