package io.slipway.taskapi.dispatch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agents that were heard of in the last seconds.
 *
 * @param alive what they can do, together, for each pool and platform
 */
public record Agents(List<Capacity> alive) {
  public static final Agents NONE = new Agents(List.of());

  /**
   * What the agents of one pool and platform can do.
   *
   * @param platform {@code os/architecture}, or null for agents that did not say
   * @param slots runs that they execute at once
   * @param idle slots that are free
   */
  public record Capacity(String pool, @Nullable String platform, int slots, int idle) {}

  /** How a lane is served. */
  public enum Service {
    /** There is an agent for its runs. */
    SERVED,
    /** There are agents of the pool, for other platforms. */
    OTHER_PLATFORM,
    /** There are no agents of the pool. */
    NO_AGENT
  }

  public Service service(Lane lane) {
    boolean pool = false;
    for (Capacity one : alive) {
      if (one.pool().equals(lane.pool())) {
        if (fits(one, lane)) {
          return Service.SERVED;
        }
        pool = true;
      }
    }
    return pool ? Service.OTHER_PLATFORM : Service.NO_AGENT;
  }

  /** Runs of a lane that can be executed at once. */
  public int slots(Lane lane) {
    return alive.stream().filter(one -> fits(one, lane)).mapToInt(Capacity::slots).sum();
  }

  /** Whether an agent would take a run of the lane now. */
  public boolean anyIdle(Lane lane) {
    return alive.stream().anyMatch(one -> one.idle() > 0 && fits(one, lane));
  }

  /**
   * The operating system decides: an agent builds images for other processors than its own, as far
   * as their instructions need no emulation.
   */
  private static boolean fits(Capacity agents, Lane lane) {
    return agents.pool().equals(lane.pool())
        && (agents.platform() == null
            || agents
                .platform()
                .regionMatches(true, 0, lane.os() + "/", 0, lane.os().length() + 1));
  }
}
