package io.slipway.agent.run;

import io.slipway.agent.log.FlushPace;
import io.slipway.agent.log.RunLog;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Publishes what runs have printed, for all of them on one thread, as soon as {@link FlushPace}
 * says. To publish waits for nobody, so no log holds up the others.
 */
@ApplicationScoped
class LogFlusher {
  private static final Logger LOG = Logger.getLogger(LogFlusher.class);
  private static final long EVERY_NANOS = 15_000_000;

  private final ConcurrentLinkedQueue<Open> logs = new ConcurrentLinkedQueue<>();
  private final Thread thread =
      Thread.ofPlatform().name("log-flusher").daemon().unstarted(this::flushAll);
  private volatile boolean stopped;

  /** A log that is flushed until it is closed. */
  final class Open implements AutoCloseable {
    private final RunLog log;
    private volatile boolean closed;

    /** When it had its last piece, or began; of the flusher's thread, as the next. */
    private long lastNanos = System.nanoTime();

    private boolean first = true;

    private Open(RunLog log) {
      this.log = log;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Flushes a log from now on. */
  Open open(RunLog log) {
    synchronized (thread) {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
    }
    Open open = new Open(log);
    boolean sleeps = logs.isEmpty();
    logs.add(open);
    if (sleeps) {
      LockSupport.unpark(thread); // Otherwise it looks at all logs many times a second.
    }
    return open;
  }

  @PreDestroy
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private void flushAll() {
    while (!stopped) {
      if (logs.isEmpty()) {
        LockSupport.park(this);
        continue;
      }
      long now = System.nanoTime();
      logs.removeIf(open -> open.closed);
      int number = logs.size();
      for (Open open : logs) {
        if (now - open.lastNanos >= FlushPace.pause(open.first, number).toNanos()) {
          flush(open, now);
        }
      }
      LockSupport.parkNanos(this, EVERY_NANOS);
    }
  }

  private static void flush(Open open, long now) {
    try {
      if (open.log.flush()) {
        open.lastNanos = now;
        open.first = false;
      }
    } catch (RuntimeException | Error broken) {
      // One log must not stop the others; its run finds out when it flushes for the last time.
      LOG.error("log not published", broken);
    }
  }
}
