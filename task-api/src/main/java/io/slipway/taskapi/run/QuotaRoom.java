package io.slipway.taskapi.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Room that registries have for waiting runs, remembered between counts: a count costs as much as
 * there are waiting runs, so one is worth as many runs as it finds room for. With several instances
 * each uses half of what it finds before it counts again, or a hundredth of the limit if that is
 * more, so that together they stay about at the limit.
 */
final class QuotaRoom {
  private static final int MOST_REGISTRIES = 10_000;

  private final int most;
  private final Duration whileFull;
  private final Duration fresh;

  private final Map<UUID, Room> rooms =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Room> eldest) {
          return size() > MOST_REGISTRIES;
        }
      };

  /**
   * @param most runs of a registry that may wait
   * @param whileFull time after which a full registry is counted again
   * @param fresh time after which any is
   */
  QuotaRoom(int most, Duration whileFull, Duration fresh) {
    this.most = most;
    this.whileFull = whileFull;
    this.fresh = fresh;
  }

  /** What is known of a registry's room. */
  enum Answer {
    /** There was room, now for one run less. */
    TAKEN,
    /** There is no room. */
    FULL,
    /** The runs must be counted. */
    UNKNOWN
  }

  private record Room(int left, boolean full, Instant counted) {}

  /** Takes room for one run. */
  synchronized Answer take(UUID registry, Instant now) {
    Room room = rooms.get(registry);
    if (room == null || !now.isBefore(room.counted().plus(room.full() ? whileFull : fresh))) {
      return Answer.UNKNOWN;
    }
    if (room.full()) {
      return Answer.FULL;
    }
    if (room.left() == 0) {
      return Answer.UNKNOWN;
    }
    rooms.put(registry, new Room(room.left() - 1, false, room.counted()));
    return Answer.TAKEN;
  }

  /** Says how many runs of a registry wait. */
  synchronized void counted(UUID registry, int waiting, Instant now) {
    int left = most - waiting;
    int trusted = Math.max((left + 1) / 2, Math.min(left, most / 100));
    rooms.put(registry, new Room(Math.max(0, trusted), left <= 0, now));
  }
}
