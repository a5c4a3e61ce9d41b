package io.slipway.local.supervisor;

import io.slipway.local.part.Part;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * After the first start of a build: makes what later starts are quicker with, one part after the
 * other, beside the platform that runs and at the lowest priority.
 */
final class QuickenedStarts implements AutoCloseable {
  private final List<Part> parts;
  private final StateFolder state;
  private final Consumer<String> say;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("quicken starts").unstarted(this::quicken);

  private QuickenedStarts(List<Part> parts, StateFolder state, Consumer<String> say) {
    this.parts = parts;
    this.state = state;
    this.say = say;
  }

  /** Begins. */
  static QuickenedStarts begin(List<Part> parts, StateFolder state, Consumer<String> say) {
    PrivateFiles.write(Supervisor.quickeningFile(state), ProcessHandle.current().pid() + "\n");
    QuickenedStarts starts = new QuickenedStarts(parts, state, say);
    starts.thread.start();
    return starts;
  }

  private void quicken() {
    try {
      for (Part part : parts) {
        part.quicken(state.log("class-archives"));
      }
    } catch (IOException failed) {
      if (!Thread.currentThread().isInterrupted()) {
        say.accept("Later starts stay as slow as this one: " + failed.getMessage());
      }
    } finally {
      done();
    }
  }

  private void done() {
    Path busy = Supervisor.quickeningFile(state);
    try {
      Files.deleteIfExists(busy);
    } catch (IOException failed) {
      say.accept("cannot delete " + busy);
    }
  }

  /** Ends it; what is not made then is made after the next start. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
