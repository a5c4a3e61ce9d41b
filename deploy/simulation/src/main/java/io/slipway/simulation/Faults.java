package io.slipway.simulation;

import java.util.List;

/** Lets things go wrong, one or two at a time, for a while. */
final class Faults {
  private static final List<String> WIRES = List.of("kafka", "database");

  private final World world;
  private final long end;

  Faults(World world, long end) {
    this.world = world;
    this.end = end;
  }

  void begin() {
    world.troubled(true);
    next();
    watch();
  }

  private void watch() {
    world
        .schedule()
        .in(
            500,
            () -> {
              world.noteTrouble();
              world.checker().noteEnds();
              if (world.schedule().now() < end + 120_000) {
                watch();
              }
            });
  }

  private void next() {
    world
        .schedule()
        .in(
            world.chance().between(500, 20_000),
            () -> {
              if (world.schedule().now() < end) {
                one();
                next();
              }
            });
  }

  private void one() {
    Chance chance = world.chance();
    Node node = chance.oneOf(world.nodes());
    long time = chance.oneIn(2) ? chance.between(200, 10_000) : chance.between(5_000, 60_000);
    switch ((int) chance.between(1, 8)) {
      case 1, 2 -> {
        node.stop();
        in(time, node::goOn);
      }
      case 3, 4 -> {
        node.kill();
        in(time, node::startAgain);
      }
      case 5 -> {
        node.cut(chance.oneOf(WIRES));
        in(time, node::mend);
      }
      case 6 -> {
        Node other = chance.oneOf(world.nodes());
        node.cut(other.name());
        other.cut(node.name());
        in(
            time,
            () -> {
              node.mend();
              other.mend();
            });
      }
      case 7 -> {
        world.kafkaAway(true);
        in(time, () -> world.kafkaAway(false));
      }
      default -> {
        world.ledger().away(true);
        in(time, () -> world.ledger().away(false));
      }
    }
    if (chance.oneIn(6)) {
      world.events().append(RunReport.UNREADABLE);
    }
  }

  private void in(long millis, Runnable action) {
    world.schedule().in(Math.min(millis, end - world.schedule().now()), action);
  }

  /** Everything is there again. */
  void over() {
    world.troubled(false);
    world.kafkaAway(false);
    world.ledger().away(false);
    world.nodes().forEach(Node::mend);
    world.nodes().forEach(Node::goOn);
    world.nodes().forEach(Node::startAgain);
  }
}
