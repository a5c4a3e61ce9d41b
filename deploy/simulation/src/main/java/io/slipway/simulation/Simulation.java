package io.slipway.simulation;

import java.util.Optional;

/**
 * The protocol of runs under faults, in simulated time. A seed decides everything: the same seed
 * and the same rules tell the same story.
 */
public final class Simulation {
  /** Time after the last fault in which all must become quiet, besides that of the steps. */
  private static final long CALM = 400_000;

  private static final long LONGEST_STEP = 60_000;

  private Simulation() {}

  /**
   * A broken promise.
   *
   * @param seed replays it
   * @param promise what was broken
   * @param story what happened before, line by line; empty unless it was told
   */
  public record Failure(long seed, String promise, String story) {
    @Override
    public String toString() {
      return "seed %d: %s\n%s".formatted(seed, promise, story);
    }
  }

  /** Plays one seed; a failing one is played again with its story told. */
  public static Optional<Failure> play(long seed) {
    return play(seed, new Rules());
  }

  static Optional<Failure> play(long seed, Rules rules) {
    Optional<Failure> failure = play(seed, new World(seed, rules, Scenario.of(seed), false));
    return failure.isEmpty()
        ? failure
        : play(seed, new World(seed, rules, Scenario.of(seed), true));
  }

  /** The last part of what happens with a seed, line by line. */
  public static String tell(long seed) {
    Rules rules = new Rules();
    World world = new World(seed, rules, Scenario.of(seed), true);
    play(seed, world);
    return Scenario.of(seed) + "\n" + world.story();
  }

  private static long steps(World world) {
    Chance chance = world.chance();
    return chance.oneIn(3) ? chance.between(20_000, LONGEST_STEP) : chance.between(5, 4_000);
  }

  private static Optional<Failure> play(long seed, World world) {
    Scenario scenario = Scenario.of(seed);
    Client client = new Client(world);
    long end = scenario.troubleMillis();
    long last =
        end + CALM + scenario.runs() * LONGEST_STEP / (scenario.agents() * scenario.slots());
    Faults faults = new Faults(world, end);
    world.schedule().in(3_000, faults::begin);
    for (int run = 0; run < scenario.runs(); run++) {
      world
          .schedule()
          .in(world.chance().between(1_000, end), () -> client.ask("one", steps(world)));
    }
    if (scenario.flood() > 0) {
      world
          .schedule()
          .in(
              end / 2,
              () -> {
                for (int run = 0; run < scenario.flood(); run++) {
                  client.ask("flood", world.chance().between(5, 500));
                }
              });
    }
    world.schedule().in(end, faults::over);
    try {
      while (world.schedule().next(last)) {
        if (world.schedule().now() > end + 20_000 && world.isQuiet(scenario)) {
          break;
        }
      }
      world.checker().quiet();
      return Optional.empty();
    } catch (Violation broken) {
      world.story().tell("BROKEN: %s", broken.getMessage());
      return Optional.of(
          new Failure(seed, String.valueOf(broken.getMessage()), world.story().toString()));
    }
  }
}
