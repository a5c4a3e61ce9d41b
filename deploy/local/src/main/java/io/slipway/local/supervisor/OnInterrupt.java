package io.slipway.local.supervisor;

/**
 * An action that runs if this JVM is told to end (Ctrl-C) before a piece of work is over. Work that
 * fails by itself does not trigger it.
 */
public final class OnInterrupt implements AutoCloseable {
  private final Thread hook;

  private OnInterrupt(Thread hook) {
    this.hook = hook;
  }

  /** Registers the action until this is closed. */
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
