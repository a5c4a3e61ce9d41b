package io.slipway.builder.sandbox;

import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The control groups of an engine: one that only it has, below it one for each run, below that one
 * for each container. Both versions of them: one hierarchy, or one for each controller. A runtime
 * that is ended with its container takes nothing away, and groups that nobody needs any more hold
 * memory of the kernel.
 */
final class ControlGroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  /** Those of single containers, as they were made before there was one for the engine. */
  private static final String SINGLE = "slipway-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Those of engines; a run in one has its own, and containers have theirs in that. */
  private static final String ENGINE = "slipway-[0-9a-f]{16}";

  /** Longer than a run may take. */
  private static final Duration STALE = Duration.ofDays(1);

  private final String parent;
  private final boolean single = Files.exists(ROOT.resolve("cgroup.controllers"));
  private final List<Path> hierarchies = single ? List.of(ROOT) : below(ROOT);

  /** What could not be taken away yet, because its last process was still ending. */
  private final Set<String> late = ConcurrentHashMap.newKeySet();

  /**
   * Those of an engine.
   *
   * @param folder a folder that no other engine has
   */
  ControlGroups(Path folder) {
    String text = folder.toAbsolutePath().normalize().toString();
    this.parent = "slipway-" + Sha256.hex(Sha256.of(text)).substring(0, 16);
  }

  /** Whether there is one hierarchy for all controllers. */
  boolean isSingle() {
    return single;
  }

  /** Where a runtime makes a container's. */
  String path(String run, String container) {
    return "/" + parent + "/" + run + "/" + container;
  }

  /** Where a file of a run's group is. */
  Path file(String run, String controller, String name) {
    Path hierarchy = single ? ROOT : ROOT.resolve(controller);
    return hierarchy.resolve(parent).resolve(run).resolve(name);
  }

  /**
   * Makes a run's group in the hierarchy of each of some controllers.
   *
   * @throws IOException if this process may not make one
   */
  void make(String run, List<String> controllers) throws IOException {
    for (String controller : controllers) {
      Path own = Objects.requireNonNull(file(run, controller, "cgroup.procs").getParent());
      createDirectories(own);
      if (single) {
        for (Path each : List.of(ROOT, ROOT.resolve(parent), own)) {
          try {
            set(each.resolve("cgroup.subtree_control"), "+" + controller);
          } catch (IOException notHere) {
            // Then the group has no file for the limit, which is what is asked for below.
          }
        }
      }
    }
  }

  private static void createDirectories(Path group) throws IOException {
    try {
      Files.createDirectories(group);
    } catch (NoSuchFileException swept) { // by another engine, before there was anything in it
      Files.createDirectories(group);
    }
  }

  /** Sets a value of a group; such files are there already or cannot be made. */
  static void set(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE);
  }

  /** Takes a container's away; it is over. */
  void remove(String run, String container) {
    hierarchies.forEach(each -> remove(each.resolve(parent).resolve(run).resolve(container)));
  }

  /** Ends what is left in a run's group, where the kernel can do that, and takes it away. */
  void remove(String run) {
    late.add(run);
    late.removeIf(this::isRemoved);
  }

  private boolean isRemoved(String run) {
    boolean removed = true;
    for (Path hierarchy : hierarchies) {
      removed &= removeAll(hierarchy.resolve(parent).resolve(run));
    }
    return removed;
  }

  /** Takes all away that an earlier process left. */
  void sweep() {
    for (Path hierarchy : hierarchies) {
      removeAll(hierarchy.resolve(parent));
      below(hierarchy, SINGLE).forEach(ControlGroups::remove);
    }
  }

  /**
   * Takes away what other engines left: where an engine's folder is gone, nobody else looks for its
   * groups. The kernel keeps groups that have processes. An engine makes its own again with its
   * next run; a run's group, which holds its limits, may be without a process between two steps.
   *
   * @param now a run's group that nothing has changed in for a day before is over
   */
  void sweepOthers(Instant now) {
    Instant stale = now.minus(STALE);
    for (Path hierarchy : hierarchies) {
      for (Path engine : below(hierarchy, ENGINE)) {
        if (!remove(engine)) {
          below(engine).stream()
              .filter(run -> isOlder(run, stale))
              .forEach(run -> {
                below(run).forEach(ControlGroups::remove);
                remove(run);
              });
          remove(engine);
        }
      }
    }
  }

  private static boolean isOlder(Path group, Instant time) {
    try {
      return Files.getLastModifiedTime(group).toInstant().isBefore(time);
    } catch (IOException gone) {
      return false;
    }
  }

  private static List<Path> below(Path folder, String name) {
    return below(folder).stream()
        .filter(each -> String.valueOf(each.getFileName()).matches(name))
        .toList();
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).toList();
    } catch (IOException | UncheckedIOException none) {
      return List.of(); // gone, or a machine without control groups
    }
  }

  private static boolean removeAll(Path group) {
    if (remove(group)) { // nearly always: nothing is left in it, and looking costs more
      return true;
    }
    try {
      set(group.resolve("cgroup.kill"), "1");
    } catch (IOException notHere) {
      // Of the first version, or an older kernel: the end of the namespaces ends its processes.
    }
    below(group).forEach(ControlGroups::removeAll);
    return remove(group);
  }

  private static boolean remove(Path group) {
    try {
      return Files.deleteIfExists(group) || !Files.exists(group);
    } catch (IOException inUse) {
      return false; // not empty yet, or somebody else's: the next sweep looks again
    }
  }
}
