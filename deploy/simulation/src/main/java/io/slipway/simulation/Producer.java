package io.slipway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An idempotent producer: sends in order, tries until Kafka answers, and never appends a record
 * twice. What it has not sent dies with its process.
 */
final class Producer {
  private static final String KAFKA = "kafka";
  private static final long AGAIN = 200;

  private record Waiting(Runnable append, Runnable acknowledged) {}

  private final Node owner;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private boolean busy;

  Producer(Node owner) {
    this.owner = owner;
  }

  /** Forgets what was not sent, as a new process does. */
  void reset() {
    queue.clear();
    busy = false;
  }

  /**
   * Sends a record.
   *
   * @param acknowledged called when the sender knows that Kafka has it
   */
  <T> void send(Topic<T> topic, T value, Runnable acknowledged) {
    queue.add(new Waiting(() -> topic.append(value), acknowledged));
    pump();
  }

  private void pump() {
    if (busy || queue.isEmpty()) {
      return;
    }
    busy = true;
    attempt(queue.peek());
  }

  private void attempt(Waiting waiting) {
    World world = owner.world();
    int life = owner.life();
    if (world.isKafkaAway() || !owner.reaches(KAFKA)) {
      owner.later(AGAIN, () -> attempt(waiting));
      return;
    }
    // Once it is on its way it arrives, whatever becomes of the sender.
    world
        .schedule()
        .in(
            world.chance().delay(),
            () -> {
              if (world.isKafkaAway()) {
                if (owner.life() == life) {
                  owner.later(AGAIN, () -> attempt(waiting));
                }
                return;
              }
              waiting.append().run();
              if (owner.life() == life) {
                owner.later(world.chance().delay(), () -> acknowledged(waiting));
              }
            });
  }

  private void acknowledged(Waiting waiting) {
    queue.remove(waiting);
    busy = false;
    waiting.acknowledged().run();
    pump();
  }
}
