package io.slipway.builder.builtin;

import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.Folders;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A container of a step, running or exited.
 *
 * @param started its process
 * @param upper what it wrote
 * @param beside folder of what started it
 * @param printed the end of what it printed
 * @param stopSignal signal that asks it to end, as in the image's configuration; empty for the
 *     usual
 * @param network its network
 * @param watch ends it if it fills the disk
 */
record StepContainer(
    StartedContainer started,
    UpperDraft upper,
    Path beside,
    OutputTail printed,
    String stopSignal,
    StepNetwork network,
    RunDisk.Watched watch) {
  /** Above it, a signal may have ended what holds the container, and not the container. */
  static final int SIGNALLED = 128;

  boolean isAlive() {
    return started.child().isAlive();
  }

  /** Waits for its end; an interrupt ends it. */
  int await() throws EngineException, IOException, InterruptedException {
    int code = started.child().await();
    watch.check();
    started.requireMemory(code);
    started.requireBegun(code);
    if (code <= SIGNALLED) {
      network.keep();
    }
    return code;
  }

  /** Waits for its end; an interrupt ends the waiting. */
  int join() throws EngineException, InterruptedException {
    int code = started.child().join();
    watch.check();
    started.requireMemory(code);
    return code;
  }

  void stop(Duration grace) throws InterruptedException {
    if (!isAlive()) {
      return;
    }
    try {
      started.signal(stopSignal.isEmpty() ? "SIGTERM" : stopSignal);
    } catch (IOException noSignal) {
      // An image may name anything as its stop signal.
      started.child().kill();
      return;
    }
    if (!started.child().await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      started.child().kill();
    }
  }

  /** Deletes what it wrote and leaves its network; it must be over. */
  void close() throws IOException {
    watch.close();
    try {
      network.leave();
    } finally {
      started.clean().run();
      Folders.delete(beside);
      upper.close();
    }
  }

  /** Keeps the end of what a container prints. */
  static final class OutputTail implements OutputSink {
    /** Most bytes that are kept. */
    static final int MOST = 1 << 20;

    private byte[] kept = new byte[1 << 10];
    private int length;

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
      int from = offset + Math.max(0, count - MOST);
      int added = offset + count - from;
      int dropped = Math.max(0, length + added - MOST);
      if (dropped > 0) {
        System.arraycopy(kept, dropped, kept, 0, length - dropped);
        length -= dropped;
      }
      if (length + added > kept.length) {
        kept = Arrays.copyOf(kept, Math.min(MOST, Math.max(2 * kept.length, length + added)));
      }
      System.arraycopy(bytes, from, kept, length, added);
      length += added;
    }

    synchronized byte[] bytes() {
      return Arrays.copyOf(kept, length);
    }
  }
}
