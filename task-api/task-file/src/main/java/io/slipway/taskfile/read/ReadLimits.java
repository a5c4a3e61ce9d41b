package io.slipway.taskfile.read;

/**
 * How much of a task file is read. Items of a list count as often as aliases name the list, so that
 * a small file cannot stand for a huge one.
 */
final class ReadLimits {
  static final int MOST_STEPS = 1000;

  /** Aliases of lists and mappings, such as {@code <<: *defaults} in every step. */
  static final int MOST_ALIASES = 10 * MOST_STEPS;

  private static final int MOST_ITEMS = 100_000;
  static final String TOO_MANY_ITEMS =
      "the lists of a task file may have " + MOST_ITEMS + " items in all, aliases written out";

  private int items;

  /** Counts items; false once there are too many. */
  boolean take(int number) {
    items += Math.min(number, MOST_ITEMS);
    return items <= MOST_ITEMS;
  }
}
