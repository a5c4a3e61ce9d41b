package io.slipway.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A process that can be stopped for a while, killed, started again and cut off. What it planned
 * waits while it is stopped and is forgotten when it dies.
 */
class Node {
  private static final long LEASE = 15_000;

  private final String name;
  private final World world;
  private final List<Runnable> waiting = new ArrayList<>();
  private final Set<String> cutOff = new HashSet<>();
  private boolean alive = true;
  private boolean stopped;
  private int life;
  private long troubledAt = Long.MIN_VALUE / 2;
  private long lossAt = Long.MIN_VALUE / 2;

  Node(String name, World world) {
    this.name = name;
    this.world = world;
  }

  final String name() {
    return name;
  }

  final World world() {
    return world;
  }

  final long now() {
    return world.schedule().now();
  }

  /** Whether it is there at all, moving or not. */
  final boolean isAlive() {
    return alive;
  }

  /** Whether it is there but does not move. */
  final boolean isStopped() {
    return stopped;
  }

  /** Number of times that it was started again. */
  final int life() {
    return life;
  }

  /** When something last happened to this node alone: a stop, a death, a cut wire. */
  final long troubledAt() {
    return stopped || !alive || !cutOff.isEmpty() ? now() : troubledAt;
  }

  /** Plans something that this process does itself, in this life. */
  final void later(long millis, Runnable action) {
    int planned = life;
    world
        .schedule()
        .in(
            millis,
            () -> {
              if (alive && life == planned) {
                if (stopped) {
                  waiting.add(action);
                } else {
                  action.run();
                }
              }
            });
  }

  /** Plans something again and again, with this pause between. */
  final void every(long millis, Runnable action) {
    later(
        millis,
        () -> {
          action.run();
          every(millis, action);
        });
  }

  /** A message from or to this node was lost. Two of them in the time of a lease are trouble. */
  final void noteLoss() {
    if (now() - lossAt < LEASE) {
      troubledAt = now();
    }
    lossAt = now();
  }

  final void stop() {
    if (alive && !stopped) {
      world.story().tell("%s is stopped", name);
      stopped = true;
    }
  }

  final void goOn() {
    if (stopped) {
      world.story().tell("%s goes on", name);
      stopped = false;
      troubledAt = now();
      List<Runnable> due = List.copyOf(waiting);
      waiting.clear();
      int resumed = life;
      due.forEach(action -> {
        if (alive && life == resumed) {
          action.run();
        }
      });
    }
  }

  final void kill() {
    if (alive) {
      world.story().tell("%s is killed", name);
      alive = false;
      stopped = false;
      waiting.clear();
      died();
    }
  }

  final void startAgain() {
    if (!alive) {
      world.story().tell("%s starts again", name);
      alive = true;
      life++;
      troubledAt = now();
      begin();
    }
  }

  /** Cuts the wire to another node, or to the database or Kafka by their names. */
  final void cut(String other) {
    if (cutOff.add(other)) {
      world.story().tell("%s is cut off from %s", name, other);
    }
  }

  final void mend() {
    if (!cutOff.isEmpty()) {
      world.story().tell("%s is connected again", name);
      cutOff.clear();
      troubledAt = now();
    }
  }

  final boolean reaches(String other) {
    return !cutOff.contains(other);
  }

  /** What it does when it starts. */
  void begin() {}

  /** What its death means for others. */
  void died() {}
}
