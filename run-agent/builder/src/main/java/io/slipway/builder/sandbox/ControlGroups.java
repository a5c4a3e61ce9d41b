package io.slipway.builder.sandbox;

import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The control groups of an engine's containers, all below one that only this engine has. A runtime
 * that is ended with its container takes nothing away, and groups that nobody needs any more hold
 * memory of the kernel.
 */
final class ControlGroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final String parent;

  /**
   * Those of an engine.
   *
   * @param folder a folder that no other engine has
   */
  ControlGroups(Path folder) {
    String text = folder.toAbsolutePath().normalize().toString();
    this.parent = "slipway-" + Sha256.hex(Sha256.of(text)).substring(0, 16);
  }

  /** Where a runtime makes a container's. */
  String path(String container) {
    return "/" + parent + "/" + container;
  }

  /** Takes a container's away; it is over. */
  void remove(String container) {
    own().forEach(each -> remove(each.resolve(container)));
  }

  /** Takes all away that an earlier process left. */
  void sweep() {
    for (Path own : own()) {
      try (Stream<Path> left = Files.list(own)) {
        left.filter(Files::isDirectory).forEach(ControlGroups::remove);
      } catch (IOException | UncheckedIOException gone) {
        // Another look comes with the next start.
      }
      remove(own);
    }
  }

  /** The engine's groups: one in the only hierarchy, or one in each. */
  private List<Path> own() {
    List<Path> own = new ArrayList<>();
    try (Stream<Path> below = Files.list(ROOT)) {
      Stream.concat(Stream.of(ROOT), below)
          .map(hierarchy -> hierarchy.resolve(parent))
          .filter(Files::isDirectory)
          .forEach(own::add);
    } catch (IOException | UncheckedIOException none) {
      // A machine without control groups has none to take away.
    }
    return own;
  }

  private static void remove(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException inUse) {
      // It is not empty yet, or belongs to somebody else: the next sweep looks again.
    }
  }
}
