package io.slipway.simulation;

import java.util.PriorityQueue;

/** What happens when, in simulated time. Things that are due at the same time keep their order. */
final class Schedule {
  private record Due(long at, long order, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long now;
  private long order;

  /** Milliseconds since the beginning. */
  long now() {
    return now;
  }

  /** Lets something happen in so many milliseconds. */
  void in(long millis, Runnable action) {
    queue.add(new Due(now + Math.max(0, millis), order++, action));
  }

  /** Lets the next thing happen; false if nothing is due before that time. */
  boolean next(long before) {
    Due due = queue.peek();
    if (due == null || due.at() > before) {
      return false;
    }
    queue.poll();
    now = due.at();
    due.action().run();
    return true;
  }
}
