package io.slipway.builder.store;

import java.util.HashMap;
import java.util.Map;

/** Who uses what. Whatever has a lease is not deleted. */
final class Leases {
  private final Map<String, Integer> counts = new HashMap<>();

  static String blob(String digest) {
    return "blob " + digest;
  }

  static String layer(String diffId) {
    return "layer " + diffId;
  }

  synchronized void take(String key) {
    counts.merge(key, 1, Integer::sum);
  }

  synchronized void giveBack(String key) {
    counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
  }

  synchronized boolean isTaken(String key) {
    return counts.containsKey(key);
  }

  /** Does something to a thing only if nobody has it, and nobody can get it meanwhile. */
  synchronized <E extends Exception> boolean ifFree(String key, Action<E> action) throws E {
    if (counts.containsKey(key)) {
      return false;
    }
    action.run();
    return true;
  }

  /** What is done to a free thing. */
  interface Action<E extends Exception> {
    void run() throws E;
  }
}
