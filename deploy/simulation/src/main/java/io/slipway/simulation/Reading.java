package io.slipway.simulation;

import java.util.List;
import java.util.function.BiPredicate;

/**
 * A consumer group over one partition. One member reads; when it has not been heard of for a while,
 * another goes on from the last committed offset, so that what the first had in hand is read twice.
 */
final class Reading<T> {
  private static final long POLL = 40;
  private static final long SESSION = 8_000;
  private static final int BATCH = 20;

  private final World world;
  private final Topic<T> topic;
  private final List<? extends Node> members;
  private final BiPredicate<Node, List<T>> work;
  private int committed;
  private int generation;
  private Node reader;
  private int readerLife;
  private long heardAt;

  /**
   * A group.
   *
   * @param work what a member does with a batch; false if it must be tried again
   */
  Reading(
      World world, Topic<T> topic, List<? extends Node> members, BiPredicate<Node, List<T>> work) {
    this.world = world;
    this.topic = topic;
    this.members = members;
    this.work = work;
    this.reader = members.getFirst();
    readerLife = reader.life();
    watch();
    poll(generation);
  }

  /** Offset up to which everything was worked on. */
  int committed() {
    return committed;
  }

  private void watch() {
    world
        .schedule()
        .in(
            500,
            () -> {
              if (isHeard()) {
                heardAt = world.schedule().now();
              } else if (world.schedule().now() - heardAt > SESSION) {
                assign();
              }
              watch();
            });
  }

  private boolean isHeard() {
    return reader.isAlive()
        && reader.life() == readerLife
        && !reader.isStopped()
        && reader.reaches("kafka")
        && !world.isKafkaAway();
  }

  private void assign() {
    List<? extends Node> fit =
        members.stream()
            .filter(node -> node.isAlive() && !node.isStopped() && node.reaches("kafka"))
            .toList();
    if (fit.isEmpty() || world.isKafkaAway()) {
      return;
    }
    reader = world.chance().oneOf(fit);
    readerLife = reader.life();
    heardAt = world.schedule().now();
    generation++;
    world.story().tell("%s reads %s from %d", reader.name(), topic.name(), committed);
    poll(generation);
  }

  private void poll(int mine) {
    Node member = reader;
    member.later(
        POLL,
        () -> {
          if (mine != generation) {
            return;
          }
          if (world.isKafkaAway() || !member.reaches("kafka")) {
            poll(mine);
            return;
          }
          int from = committed;
          List<T> batch = topic.from(from, BATCH);
          // A process that is stopped here works on what it has in hand when it goes on.
          member.later(
              world.chance().delay(),
              () -> {
                boolean done = batch.isEmpty() || work.test(member, batch);
                member.later(
                    world.chance().delay(),
                    () -> {
                      if (mine == generation) {
                        if (done && !world.isKafkaAway() && member.reaches("kafka")) {
                          committed = from + batch.size();
                        }
                        poll(mine);
                      }
                    });
              });
        });
  }
}
