package io.slipway.local.supervisor;

import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Parts whose supervisor was killed: their guards are ending them, which may take some seconds. */
public final class OrphanedParts {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private OrphanedParts() {}

  /** Waits until none is left, 30 s at most. */
  public static void await(StateFolder state, Consumer<String> say) {
    long end = System.nanoTime() + LIMIT.toNanos();
    boolean said = false;
    while (System.nanoTime() < end) {
      List<String> alive = alive(state);
      if (alive.isEmpty()) {
        return;
      }
      if (!said) {
        say.accept("waiting for parts of the previous run to end: " + String.join(", ", alive));
        said = true;
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static List<String> alive(StateFolder state) {
    List<String> names = new ArrayList<>();
    if (!Files.isDirectory(state.run())) {
      return names;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(state.run(), "*.pid")) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(".pid", "");
        if (name.equals("supervisor")) {
          continue;
        }
        if (isOurs(state, Files.readString(file).strip())) {
          names.add(name);
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException gone) {
      return names;
    }
    return names;
  }

  /** A process id may have been given to somebody else: only one that names our folder is ours. */
  private static boolean isOurs(StateFolder state, String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline")).contains(state.root().toString());
    } catch (IOException gone) {
      return false;
    }
  }
}
