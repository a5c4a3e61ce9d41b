package io.slipway.builder.builtin;

import io.slipway.builder.EngineException;
import io.slipway.builder.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a container that takes more of the disk than it may. It looks from time to time, so for a
 * moment a container can have more; what it wrote is deleted with it.
 */
final class DiskWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The pause is this many times as long as a measurement takes. */
  private static final int REST = 20;

  private final long limit;
  private final List<Path> folders;
  private final ChildProcess container;
  private final @Nullable Thread thread;
  private volatile @Nullable Path full;

  private DiskWatch(long limit, List<Path> folders, ChildProcess container) {
    this.limit = limit;
    this.folders = folders;
    this.container = container;
    this.thread = limit <= 0 ? null : Thread.ofVirtual().start(this::watch);
  }

  /**
   * Begins to watch.
   *
   * @param limit most bytes of each folder, 0 for no limit
   */
  static DiskWatch over(long limit, List<Path> folders, ChildProcess container) {
    return new DiskWatch(limit, List.copyOf(folders), container);
  }

  private void watch() {
    Duration pause = PAUSE;
    try {
      while (!container.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        long begin = System.nanoTime();
        for (Path folder : folders) {
          if (bytes(folder) > limit) {
            full = folder;
            container.kill();
            return;
          }
        }
        Duration rest = Duration.ofNanos((System.nanoTime() - begin) * REST);
        pause = rest.compareTo(PAUSE) > 0 ? rest : PAUSE;
      }
    } catch (InterruptedException over) {
      // The container is over or closed.
    }
  }

  /**
   * What a folder takes: blocks, so that holes in files do not count, and hard links count once.
   */
  private static long bytes(Path folder) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("du", "-s", "-x", "-B1", folder.toString()));
    try {
      return number(ChildProcess.run(words));
    } catch (IOException changing) {
      // Files that go away while it counts make it fail; what it has counted is its last line.
      return number(String.valueOf(changing.getMessage()));
    }
  }

  private static long number(String printed) {
    String last = printed.substring(printed.lastIndexOf('\n') + 1).split("\\s", 2)[0];
    return last.matches("\\d{1,18}") ? Long.parseLong(last) : 0;
  }

  /** Fails if the container was ended because of this. */
  void check() throws EngineException {
    if (full != null) {
      throw EngineException.user(
          "the container was ended: it wrote more than %d MiB, which is the limit of this agent (slipway.agent.disk-limit)"
              .formatted(limit >> 20));
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
