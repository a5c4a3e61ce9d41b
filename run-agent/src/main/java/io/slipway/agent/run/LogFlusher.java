package io.slipway.agent.run;

import io.slipway.agent.log.RunLog;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Publishes what runs have printed, for all of them on one thread. It looks often, so that a reader
 * sees a line soon; but the first piece of a run waits a moment, since most short runs are over by
 * then and have one piece in all.
 */
@ApplicationScoped
class LogFlusher {
  private static final Logger LOG = Logger.getLogger(LogFlusher.class);
  private static final long EVERY_NANOS = 25_000_000;
  private static final long FIRST_NANOS = 100_000_000;

  /** Between two pieces of a run, unless it prints more than a piece holds. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final ConcurrentLinkedQueue<Open> logs = new ConcurrentLinkedQueue<>();
  private final Thread thread =
      Thread.ofPlatform().name("log-flusher").daemon().unstarted(this::flushAll);
  private volatile boolean stopped;

  /** A log that is flushed until it is closed. */
  final class Open implements AutoCloseable {
    private final RunLog log;
    private volatile boolean closed;

    /** Of the flusher's thread after the first piece. */
    private long dueNanos = System.nanoTime() + FIRST_NANOS;

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
    logs.add(open);
    LockSupport.unpark(thread);
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
      for (Open open : logs) {
        if (now - open.dueNanos >= 0) {
          flush(open, now);
        }
      }
      LockSupport.parkNanos(this, EVERY_NANOS);
    }
  }

  private static void flush(Open open, long now) {
    open.dueNanos = now + PAUSE_NANOS;
    try {
      open.log.flush();
    } catch (RuntimeException broken) {
      // One log must not stop the others; its run finds out when it flushes for the last time.
      LOG.error("log not published", broken);
    }
  }
}
