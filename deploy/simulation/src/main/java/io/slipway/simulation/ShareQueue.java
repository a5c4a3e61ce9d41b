package io.slipway.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A share group over the queue of runs: each record goes to one agent at a time, comes back when
 * that one lets it go or is not heard of, and is given up after five tries.
 */
final class ShareQueue<T> {
  private static final long LOCK = 15_000;
  private static final int MOST_TRIES = 5;

  /** A record in somebody's hand. */
  static final class Held<T> {
    private final T value;
    private int tries;
    private @Nullable Node by;
    private int life;
    private long until;

    private Held(T value) {
      this.value = value;
    }

    T value() {
      return value;
    }
  }

  private final World world;
  private final Topic<T> topic;
  private final List<Held<T>> open = new ArrayList<>();
  private int read;

  ShareQueue(World world, Topic<T> topic) {
    this.world = world;
    this.topic = topic;
  }

  /** Takes up to so many records that nobody holds. */
  List<Held<T>> poll(Node agent, int most) {
    topic.from(read, Integer.MAX_VALUE - read).forEach(value -> open.add(new Held<>(value)));
    read = topic.end();
    long now = world.schedule().now();
    List<Held<T>> taken = new ArrayList<>();
    for (Iterator<Held<T>> each = open.iterator(); each.hasNext() && taken.size() < most; ) {
      Held<T> held = each.next();
      if (held.by != null && held.by.isAlive() && held.by.life() == held.life && held.until > now) {
        continue;
      }
      if (++held.tries > MOST_TRIES) {
        each.remove();
        continue;
      }
      held.by = agent;
      held.life = agent.life();
      held.until = now + LOCK;
      taken.add(held);
    }
    return taken;
  }

  /** The record is done. Does nothing if it is in another's hand by now. */
  void accept(Node agent, Held<T> held) {
    if (held.by == agent && held.life == agent.life()) {
      open.remove(held);
    }
  }

  /** Somebody else may have it. */
  void release(Node agent, Held<T> held) {
    if (held.by == agent && held.life == agent.life()) {
      held.by = null;
    }
  }
}
