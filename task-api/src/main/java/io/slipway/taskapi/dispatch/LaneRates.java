package io.slipway.taskapi.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many runs of a lane this instance put into the window in the last second, or in the one
 * before it if that was more. Times are those of {@link System#nanoTime}. Safe for many threads.
 */
final class LaneRates {
  private static final long SECOND = 1_000_000_000L;
  private static final Counted NOTHING = new Counted(0, 0, 0);

  /** Lanes come from what people write; who has more of them has smaller windows for a moment. */
  private static final int MOST_LANES = 1_000;

  private final Map<Lane, Counted> lanes = new ConcurrentHashMap<>();

  private record Counted(long second, int now, int before) {
    Counted plus(int runs, long nanos) {
      long time = Math.floorDiv(nanos, SECOND);
      return time == second
          ? new Counted(time, now + runs, before)
          : new Counted(time, runs, time == second + 1 ? now : 0);
    }
  }

  /** Counts runs that went into the window. */
  void went(Lane lane, int runs, long nanos) {
    if (lanes.size() >= MOST_LANES) {
      lanes.clear();
    }
    lanes.compute(lane, (same, old) -> (old == null ? NOTHING : old).plus(runs, nanos));
  }

  /** Runs a second. */
  int perSecond(Lane lane, long nanos) {
    Counted counted = lanes.getOrDefault(lane, NOTHING).plus(0, nanos);
    return Math.max(counted.now(), counted.before());
  }
}
