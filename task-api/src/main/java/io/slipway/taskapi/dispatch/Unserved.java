package io.slipway.taskapi.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long lanes have been without an agent. Only what was seen counts: after a gap, in which the
 * ledger may have been away and heartbeats with it, the time begins anew.
 */
public final class Unserved {
  private static final Duration LONGEST_GAP = Duration.ofSeconds(60);

  private final Duration limit;
  private final Map<Lane, Instant> since = new HashMap<>();
  private @Nullable Instant last;

  /**
   * @param limit time that the runs of a lane wait for an agent to come
   */
  public Unserved(Duration limit) {
    this.limit = limit;
  }

  /**
   * Says what is seen now.
   *
   * @param waiting lanes whose runs wait
   * @return the lanes that have been without an agent for the limit
   */
  public synchronized Set<Lane> see(Collection<Lane> waiting, Agents agents, Instant now) {
    if (last == null || last.plus(LONGEST_GAP).isBefore(now)) {
      since.clear();
    }
    last = now;
    since.keySet().retainAll(waiting);
    Set<Lane> over = new HashSet<>();
    for (Lane lane : waiting) {
      if (agents.service(lane) == Agents.Service.SERVED) {
        since.remove(lane);
      } else if (!since.computeIfAbsent(lane, it -> now).plus(limit).isAfter(now)) {
        over.add(lane);
      }
    }
    return over;
  }
}
