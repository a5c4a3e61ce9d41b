package io.slipway.builder.docker;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Names in the engine's store of images, which this agent's runs share. */
final class ImageNames {
  private final Map<String, Lock> locks = new ConcurrentHashMap<>();
  private final Map<String, Integer> holders = new HashMap<>();

  /** Held while a name must mean one image: two runs may build the same name at the same time. */
  Lock lock(String name) {
    return locks.computeIfAbsent(name, each -> new ReentrantLock());
  }

  /** A run uses the name. */
  synchronized void hold(String name) {
    holders.merge(name, 1, Integer::sum);
  }

  /**
   * A run uses the name no more.
   *
   * @return whether it was the last
   */
  synchronized boolean release(String name) {
    return holders.computeIfPresent(name, (each, count) -> count == 1 ? null : count - 1) == null;
  }
}
