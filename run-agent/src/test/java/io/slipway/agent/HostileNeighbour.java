package io.slipway.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What a step can be that runs while the agent works: a thread that plays its tricks in the
 * workspace as fast as it can, until it is closed.
 */
public final class HostileNeighbour implements AutoCloseable {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean over;

  /** One thing that a step does to names; it may fail at any time. */
  @FunctionalInterface
  public interface Trick {
    void play() throws IOException;
  }

  private HostileNeighbour(List<Trick> tricks) {
    thread = Thread.ofPlatform().daemon().start(() -> play(tricks));
  }

  /** Begins; returns once each trick was tried. */
  public static HostileNeighbour playing(Trick... tricks) throws InterruptedException {
    HostileNeighbour neighbour = new HostileNeighbour(List.of(tricks));
    neighbour.begun.await();
    return neighbour;
  }

  /** Makes a name a link and then again what it was. */
  public static Trick swap(Path name, Path target) {
    Path kept = name.resolveSibling(name.getFileName() + ".kept");
    return () -> {
      attempt(() -> Files.move(name, kept));
      attempt(() -> Files.createSymbolicLink(name, target));
      attempt(() -> {
        if (Files.isSymbolicLink(name)) {
          Files.delete(name);
        }
      });
      attempt(() -> Files.move(kept, name));
    };
  }

  private void play(List<Trick> tricks) {
    while (!over) {
      tricks.forEach(HostileNeighbour::attempt);
      begun.countDown();
    }
  }

  private static void attempt(Trick trick) {
    try {
      trick.play();
    } catch (IOException tooLate) {
      // The agent was faster.
    }
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    thread.join();
  }
}
