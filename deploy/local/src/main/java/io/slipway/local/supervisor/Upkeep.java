package io.slipway.local.supervisor;

import io.slipway.local.state.LocalException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a platform needs from time to time while it is up: logs turned over, a look at the disk. */
final class Upkeep implements AutoCloseable {
  private static final long EVERY_SECONDS = 10;

  private final Path root;
  private final Path logs;
  private final Consumer<String> say;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upkeep").factory());
  private Disk disk = Disk.ENOUGH;

  /** What is free on the disk of the platform. */
  enum Disk {
    ENOUGH,
    LOW,
    FULL;

    /** That of so many bytes; once it was low, twice the space is enough again. */
    static Disk of(long free, Disk before) {
      if (free < Preflight.FULL_DISK_BYTES) {
        return FULL;
      }
      long enough = Preflight.LEAST_DISK_BYTES * (before == ENOUGH ? 1 : 2);
      return free < enough ? LOW : ENOUGH;
    }

    /** What a person should see of a change, or nothing. */
    String news(Disk before, Path folder, long free) {
      if (this == before || this == LOW && before == FULL) {
        return "";
      }
      String has = "The disk of %s has %d MiB free".formatted(folder, free >> 20);
      return switch (this) {
        case ENOUGH -> has + " again.";
        case LOW -> has + ": steps that write much are ended soon; free some space.";
        case FULL -> has + ", it is full: parts stop working; free some space now.";
      };
    }
  }

  private Upkeep(Path root, Path logs, Consumer<String> say) {
    this.root = root;
    this.logs = logs;
    this.say = say;
  }

  /**
   * Begins.
   *
   * @param root folder of the platform's state
   * @param logs folder of its logs
   */
  static Upkeep begin(Path root, Path logs, Consumer<String> say) {
    Upkeep upkeep = new Upkeep(root, logs, say);
    upkeep.timer.scheduleWithFixedDelay(
        upkeep::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    return upkeep;
  }

  private void look() {
    try {
      long free = Preflight.freeBytes(root);
      Disk now = Disk.of(free, disk);
      String news = now.news(disk, root, free);
      disk = now;
      if (!news.isEmpty()) {
        say.accept(news);
      }
      LogFiles.turnOver(logs);
    } catch (LocalException failed) {
      say.accept(String.valueOf(failed.getMessage()));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
