package io.slipway.builder.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One lock per key, so that one thing is made once and different things at the same time. */
final class KeyedLocks {
  private final ConcurrentHashMap<String, Held> locks = new ConcurrentHashMap<>();

  private static final class Held {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** Work under a lock. */
  interface Work<T, E extends Exception> {
    T run() throws E, InterruptedException;
  }

  /** Does the work while nobody else works on the same key. */
  <T, E extends Exception> T with(String key, Work<T, E> work) throws E, InterruptedException {
    Held held =
        locks.compute(
            key,
            (k, existing) -> {
              Held found = existing == null ? new Held() : existing;
              found.users++;
              return found;
            });
    try {
      held.lock.lockInterruptibly();
      try {
        return work.run();
      } finally {
        held.lock.unlock();
      }
    } finally {
      locks.computeIfPresent(key, (k, existing) -> --existing.users == 0 ? null : existing);
    }
  }
}
