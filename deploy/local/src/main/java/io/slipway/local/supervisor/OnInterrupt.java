package io.slipway.local.supervisor;

/**
 * Something to be done if this JVM is told to end (Ctrl-C) before a piece of work is over. A piece
 * of work that fails by itself does not count.
 */
public final class OnInterrupt implements AutoCloseable {
  private final Thread hook;

  private OnInterrupt(Thread hook) {
    this.hook = hook;
  }

  /** Keeps it in mind until it is closed. */
  public static OnInterrupt run(Runnable action) {
    Thread hook = new Thread(action, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return new OnInterrupt(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The JVM ends already: the hook runs, and there is nothing left to do here.
    }
  }
}
