package io.slipway.agent.event;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of the disk that all spools of the agent take together. Safe for many threads. */
final class SpoolSpace {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  SpoolSpace(long limit) {
    this.limit = limit;
  }

  void taken(long bytes) {
    taken.addAndGet(bytes);
  }

  void given(long bytes) {
    taken.addAndGet(-bytes);
  }

  long bytes() {
    return taken.get();
  }

  boolean isFull() {
    return taken.get() >= limit;
  }
}
