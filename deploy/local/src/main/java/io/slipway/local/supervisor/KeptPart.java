package io.slipway.local.supervisor;

import io.slipway.infra.ChildProcess;
import io.slipway.local.part.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One part with a thread that starts it again, after a growing pause, whenever it ends. */
final class KeptPart {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final Part part;
  private final Path pidFile;
  private final Consumer<String> say;
  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable ChildProcess current;

  KeptPart(Part part, Path pidFile, Consumer<String> say) {
    this.part = part;
    this.pidFile = pidFile;
    this.say = say;
    this.thread = Thread.ofPlatform().name("keep " + part.name()).daemon().unstarted(this::keep);
  }

  String name() {
    return part.name();
  }

  /**
   * Starts it; the result completes when it is ready for the first time, or fails to become ready.
   */
  CompletableFuture<Void> start() {
    thread.start();
    return firstReady;
  }

  private void keep() {
    RestartPause pause = new RestartPause();
    while (stopping.getCount() > 0) {
      long begin = System.nanoTime();
      try {
        ChildProcess process = part.start();
        current = process;
        ready(process, begin);
        int code = process.onExit().get();
        Files.deleteIfExists(pidFile);
        if (stopping.getCount() > 0) {
          say.accept(part.name() + " ended with code " + code + "; starting it again");
          sayFullDisk();
        }
      } catch (InterruptedException stop) {
        return;
      } catch (ExecutionException | IOException | RuntimeException failed) {
        if (firstReady.completeExceptionally(failed)) {
          return;
        }
        say.accept(part.name() + " did not start: " + failed.getMessage());
        sayFullDisk();
      }
      rest(pause.after(Duration.ofNanos(System.nanoTime() - begin)));
    }
  }

  /** A full disk is the usual reason for several parts failing at once. */
  private void sayFullDisk() {
    Preflight.fullDisk(Objects.requireNonNull(pidFile.toAbsolutePath().getParent())).ifPresent(say);
  }

  private void ready(ChildProcess process, long begin) {
    long pid = process.pid();
    try {
      Files.writeString(pidFile, pid + "\n");
    } catch (IOException failed) {
      // It is running anyway, and must not be started a second time.
      say.accept(pidFile + " cannot be written: " + failed.getMessage());
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    say.accept(
        String.format(
            Locale.ROOT, "%-18s ready after %.1f s (process %d)", part.name(), seconds, pid));
    firstReady.complete(null);
  }

  private void rest(Duration pause) {
    try {
      if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the program and does not start it again. */
  void stop() {
    stopping.countDown();
    ChildProcess process = current;
    if (process == null || !process.isAlive()) {
      // It is starting, or waiting to restart: its thread ends what it has begun.
      thread.interrupt();
    } else {
      process.stop(STOP_LIMIT);
    }
    try {
      thread.join(STOP_LIMIT);
      Files.deleteIfExists(pidFile);
    } catch (InterruptedException | IOException ignored) {
      Thread.currentThread().interrupt();
    }
  }
}
