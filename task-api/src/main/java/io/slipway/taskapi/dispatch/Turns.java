package io.slipway.taskapi.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * Whose turn it is: start-time fair queueing between registries. Each registry has a virtual time,
 * which rises by {@link #TURN} / weight with each run; the lowest is next. A registry that has not
 * waited for a while begins at the present virtual time: it can't save up turns, and however many
 * runs others have waiting, its first run is next.
 *
 * @see <a href="https://doi.org/10.1145/248156.248171">Goyal, Vin, Cheng: Start-time fair queueing
 *     (1996)</a>
 */
public final class Turns {
  /** What one run costs a registry of weight 1. */
  public static final long TURN = 1_000_000;

  private static final Comparator<Claimant> NEXT =
      Comparator.<Claimant>comparingLong(it -> it.time).thenComparing(it -> it.registry);

  private Turns() {}

  /**
   * How far the turns of a lane have got.
   *
   * @param now present virtual time: that of the last turn
   * @param times virtual times of the registries that are ahead of it
   */
  public record State(long now, Map<UUID, Long> times) {
    public static final State START = new State(0, Map.of());

    public State {
      times = Map.copyOf(times);
    }

    /** When a registry is next. */
    long time(UUID registry) {
      return Math.max(now, times.getOrDefault(registry, now));
    }
  }

  /**
   * A registry whose runs wait.
   *
   * @param registry its uid
   * @param weight its share of the turns, from 1
   * @param most how many of its runs can be handed out now: those that wait, as far as its limit of
   *     runs at a time has room
   */
  public record Waiting(UUID registry, int weight, int most) {}

  /**
   * The next turns.
   *
   * @param order registries, one for each run, in the order in which their runs are handed out
   * @param state what the turns after these are to begin with
   */
  public record Plan(List<UUID> order, State state) {
    /** How many runs of each registry are handed out. */
    public Map<UUID, Integer> counts() {
      Map<UUID, Integer> counts = new HashMap<>();
      order.forEach(registry -> counts.merge(registry, 1, Integer::sum));
      return counts;
    }
  }

  /**
   * Gives turns until there is no room or nobody waits.
   *
   * @param room how many runs can be handed out
   */
  public static Plan next(State state, Collection<Waiting> waiting, int room) {
    PriorityQueue<Claimant> claimants = new PriorityQueue<>(NEXT);
    for (Waiting one : waiting) {
      if (one.most() > 0) {
        claimants.add(new Claimant(one, state.time(one.registry())));
      }
    }
    List<UUID> order = new ArrayList<>();
    Map<UUID, Long> times = new HashMap<>(state.times());
    long now = state.now();
    while (order.size() < room && !claimants.isEmpty()) {
      Claimant next = claimants.remove();
      order.add(next.registry);
      now = Math.max(now, next.time);
      next.time += next.cost;
      times.put(next.registry, next.time);
      next.left--;
      if (next.left > 0) {
        claimants.add(next);
      }
    }
    long reached = now;
    times.values().removeIf(time -> time <= reached);
    return new Plan(List.copyOf(order), new State(reached, times));
  }

  private static final class Claimant {
    private final UUID registry;
    private final long cost;
    private long time;
    private int left;

    Claimant(Waiting waiting, long time) {
      this.registry = waiting.registry();
      this.cost = Math.max(1, TURN / Math.max(1, waiting.weight()));
      this.time = time;
      this.left = waiting.most();
    }
  }
}
