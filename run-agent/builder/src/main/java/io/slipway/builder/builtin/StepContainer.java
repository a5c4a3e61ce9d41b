package io.slipway.builder.builtin;

import io.slipway.builder.EngineException;
import io.slipway.builder.sandbox.StartedContainer;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A container of a step, alive or over.
 *
 * @param started its process
 * @param upper what it wrote
 * @param printed the end of what it printed
 * @param stopSignal signal that asks it to end, as in the image's configuration; empty for the
 *     usual
 * @param place its place in the run's network
 * @param watch sees to it that it does not fill the disk
 */
record StepContainer(
    StartedContainer started,
    UpperDraft upper,
    OutputTail printed,
    String stopSignal,
    StepPlace place,
    DiskWatch watch) {

  boolean isAlive() {
    return started.child().isAlive();
  }

  /** Waits for its end; an interrupt ends it. */
  int await() throws EngineException, InterruptedException {
    int code = started.child().await();
    watch.check();
    return code;
  }

  /** Waits for its end; an interrupt ends the waiting. */
  int join() throws EngineException, InterruptedException {
    int code = started.child().join();
    watch.check();
    return code;
  }

  void stop(Duration grace) throws InterruptedException {
    if (!isAlive()) {
      return;
    }
    try {
      started.signal(stopSignal.isEmpty() ? "SIGTERM" : stopSignal);
    } catch (IOException noSignal) {
      // An image may name anything; what is no signal is not waited for.
      started.child().kill();
      return;
    }
    if (!started.child().await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      started.child().kill();
    }
  }

  /** Takes away what it wrote and its place in the network; it must be over. */
  void close() throws IOException {
    watch.close();
    place.leave();
    upper.close();
  }
}
