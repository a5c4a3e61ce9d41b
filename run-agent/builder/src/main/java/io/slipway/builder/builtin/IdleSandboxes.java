package io.slipway.builder.builtin;

import io.slipway.builder.sandbox.RunSandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sandboxes that runs left empty, for the next runs of the same tenant: to make one takes longer
 * than to start a container in it.
 *
 * <p>Whoever gives one says that nothing is left in it but its own first process and the bridge of
 * the default network. One lies here for a few seconds at most, and none is lent when it is a
 * minute old: the machine's addresses, which a sandbox is kept from, may be others by then. They
 * are fed here as runs feed theirs, so that they end with this process too, and when it is stopped.
 */
final class IdleSandboxes implements AutoCloseable {
  static final Duration IDLE = Duration.ofSeconds(5);

  private static final Duration OLDEST = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MOST = 32;

  private final List<Idle> idle = new ArrayList<>();
  private @Nullable Thread keeper;
  private boolean closed;

  private record Idle(String tenant, RunSandbox sandbox, long since) {
    boolean isOver(long now) {
      return now - since > IDLE.toNanos() || !sandbox.isEmpty() || isOld(sandbox);
    }
  }

  private static boolean isOld(RunSandbox sandbox) {
    return sandbox.age().compareTo(OLDEST) > 0;
  }

  /** One that a run of the tenant left, the latest first. */
  synchronized Optional<RunSandbox> take(String tenant) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      Idle each = idle.get(i);
      if (each.tenant().equals(tenant) && !each.isOver(System.nanoTime())) {
        idle.remove(i);
        return Optional.of(each.sandbox());
      }
    }
    return Optional.empty();
  }

  /**
   * Keeps one for the next run.
   *
   * @return whether it is kept; otherwise the caller closes it
   */
  synchronized boolean give(String tenant, RunSandbox sandbox) {
    if (closed || idle.size() >= MOST || !sandbox.isEmpty() || isOld(sandbox)) {
      return false;
    }
    sandbox.feed();
    idle.add(new Idle(tenant, sandbox, System.nanoTime()));
    if (keeper == null) {
      keeper = Thread.ofVirtual().name("idle-sandboxes").start(this::keep);
    }
    return true;
  }

  /** Feeds and closes, for as long as there are any. */
  private void keep() {
    try {
      do {
        Thread.sleep(PAUSE);
        over().forEach(RunSandbox::close);
      } while (!isLast());
    } catch (InterruptedException engineIsClosed) {
      // Who closes the engine closes the rest.
    }
  }

  private synchronized boolean isLast() {
    if (idle.isEmpty()) {
      keeper = null;
    }
    return idle.isEmpty();
  }

  private synchronized List<RunSandbox> over() {
    List<RunSandbox> over = new ArrayList<>();
    long now = System.nanoTime();
    for (Iterator<Idle> all = idle.iterator(); all.hasNext(); ) {
      Idle each = all.next();
      if (each.isOver(now)) {
        over.add(each.sandbox());
        all.remove();
      } else {
        each.sandbox().feed();
      }
    }
    return over;
  }

  @Override
  public void close() {
    List<Idle> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(idle);
      idle.clear();
      if (keeper != null) {
        keeper.interrupt();
      }
    }
    left.forEach(each -> each.sandbox().close());
  }
}
