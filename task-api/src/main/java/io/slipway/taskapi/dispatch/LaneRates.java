package io.slipway.taskapi.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many runs of a lane this instance put into the window in the last second, or in the one
 * before it if that was more. Safe for many threads.
 */
final class LaneRates {
  private static final long SECOND = 1_000_000_000L;

  /** Lanes come from what people write; who has more of them has smaller windows for a moment. */
  private static final int MOST_LANES = 1_000;

  private final Map<Lane, Counted> lanes = new ConcurrentHashMap<>();

  private record Counted(long second, int now, int before) {
    Counted at(long time) {
      return switch ((int) Math.min(time - second, 2)) {
        case 0 -> this;
        case 1 -> new Counted(time, 0, now);
        default -> new Counted(time, 0, 0);
      };
    }

    Counted plus(int runs) {
      return new Counted(second, now + runs, before);
    }
  }

  /**
   * Counts runs that went into the window.
   *
   * @param nanos as {@link System#nanoTime}
   */
  void went(Lane lane, int runs, long nanos) {
    if (lanes.size() >= MOST_LANES) {
      lanes.clear();
    }
    long second = Math.floorDiv(nanos, SECOND);
    lanes.compute(
        lane, (same, old) -> (old == null ? new Counted(second, 0, 0) : old.at(second)).plus(runs));
  }

  /**
   * Runs a second.
   *
   * @param nanos as {@link System#nanoTime}
   */
  int perSecond(Lane lane, long nanos) {
    Counted counted = lanes.get(lane);
    if (counted == null) {
      return 0;
    }
    Counted now = counted.at(Math.floorDiv(nanos, SECOND));
    return Math.max(now.now(), now.before());
  }
}
