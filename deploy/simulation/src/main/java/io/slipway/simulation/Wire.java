package io.slipway.simulation;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls between processes. A request or an answer may be late, may be lost, and a request may come
 * twice, as with a client that repeats it.
 */
final class Wire {
  private final World world;

  Wire(World world) {
    this.world = world;
  }

  /**
   * Calls and waits.
   *
   * @param limit milliseconds after which the caller no longer waits
   * @param answered gets the answer, or nothing if there was none in time
   */
  <T> void call(
      Node from, Node to, long limit, Supplier<Optional<T>> work, Consumer<Optional<T>> answered) {
    int life = from.life(); // a process that was started again knows nothing of the call
    AtomicBoolean over = new AtomicBoolean();
    Consumer<Optional<T>> once =
        answer -> {
          if (!over.getAndSet(true)) {
            answered.accept(answer);
          }
        };
    from.later(limit, () -> once.accept(Optional.empty()));
    if (!to.isAlive()) {
      from.later(1, () -> once.accept(Optional.empty())); // connection refused
      return;
    }
    int times = world.isTroubled() && world.chance().oneIn(40) ? 2 : 1;
    for (int copy = 0; copy < times; copy++) {
      if (isLost(from, to)) {
        continue;
      }
      world
          .schedule()
          .in(
              world.chance().delay(),
              () ->
                  to.later(
                      0,
                      () -> {
                        Optional<T> answer = work.get();
                        if (from.life() == life && !isLost(from, to)) {
                          from.later(world.chance().delay(), () -> once.accept(answer));
                        }
                      }));
    }
  }

  private boolean isLost(Node from, Node to) {
    if (!from.reaches(to.name()) || !to.reaches(from.name())) {
      return true;
    }
    boolean lost = world.isTroubled() && world.chance().oneIn(60);
    if (lost) {
      from.noteLoss();
    }
    return lost;
  }
}
