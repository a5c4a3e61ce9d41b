package io.slipway.taskapi.dispatch;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which lanes the last look found full, and how many runs must leave them before another look can
 * bring anything. With several instances it is what this one knows; the dispatcher's timer bounds
 * what it misses.
 */
final class FullLanes {
  private final AtomicInteger left = new AtomicInteger();
  private volatile Found found = new Found(Set.of(), 1);

  private record Found(Set<Lane> full, int enough) {}

  /** Says that a look begins: what leaves from now on may not be seen by it. */
  void begin() {
    left.set(0);
  }

  /**
   * Says what a look found.
   *
   * @param full lanes that have a backlog and too little room for another turn
   * @param enough how many runs must leave one of them before it has a turn, at least 1
   */
  void found(Set<Lane> full, int enough) {
    found = new Found(Set.copyOf(full), enough);
  }

  /** Whether all of them were full: a run more that waits there changes nothing. */
  boolean areFull(Collection<Lane> lanes) {
    return found.full().containsAll(lanes);
  }

  /** Says that so many runs have left the window of some lane; true if another look is due. */
  boolean left(int runs) {
    return left.addAndGet(runs) >= found.enough();
  }

  /** Whether enough runs have left since the last look began. */
  boolean isDue() {
    return left.get() >= found.enough();
  }
}
