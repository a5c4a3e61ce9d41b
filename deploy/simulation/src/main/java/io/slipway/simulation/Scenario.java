package io.slipway.simulation;

/**
 * How large a simulated platform is and what it goes through.
 *
 * @param taskApis instances of task-api
 * @param agents agents
 * @param slots runs that an agent executes at once
 * @param runs runs that are asked for while faults happen
 * @param flood runs that one registry asks for at once
 * @param troubleMillis how long faults happen
 */
record Scenario(int taskApis, int agents, int slots, int runs, int flood, long troubleMillis) {
  /** A different one for each seed, small enough for thousands of them in a minute. */
  static Scenario of(long seed) {
    Chance chance = new Chance(seed ^ 0x5EED);
    return new Scenario(
        (int) chance.between(1, 2),
        (int) chance.between(1, 4),
        (int) chance.between(1, 3),
        (int) chance.between(3, 12),
        chance.oneIn(4) ? 30 : 0,
        chance.between(60_000, 200_000));
  }
}
