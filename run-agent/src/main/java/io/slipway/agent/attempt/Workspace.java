package io.slipway.agent.attempt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The folder that the steps of one attempt share, made when something first needs it. Steps that
 * run side by side may ask for it at the same time.
 */
public final class Workspace {
  private final Path path;
  private boolean made;

  public Workspace(Path path) {
    this.path = path;
  }

  /** Where it is, or would be. */
  public Path path() {
    return path;
  }

  /**
   * The folder, empty if nothing was put into it.
   *
   * @throws UncheckedIOException if the disk does not take it
   */
  public synchronized Path made() {
    if (!made) {
      try {
        Workspaces.makeForSteps(path);
        made = true;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return path;
  }

  /** Deletes it with its content; what is left is logged. */
  public synchronized void delete() {
    if (made) {
      Workspaces.delete(path);
    }
  }
}
