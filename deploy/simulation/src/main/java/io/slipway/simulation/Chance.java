package io.slipway.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The only source of chance in a simulation, so that a seed tells its whole story again. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A number from {@code least} to {@code most}. */
  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  /** True once in so many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** Mostly a few milliseconds, now and then many: as networks and disks are. */
  long delay() {
    return oneIn(50) ? between(20, 400) : between(1, 8);
  }

  <T> T oneOf(List<T> things) {
    return things.get(random.nextInt(things.size()));
  }
}
