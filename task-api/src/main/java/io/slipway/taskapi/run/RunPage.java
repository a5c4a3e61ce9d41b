package io.slipway.taskapi.run;

import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.history.Order;
import io.slipway.taskapi.run.history.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list of runs. It may be short, even empty, and yet have a next one.
 *
 * @param runs newest first
 * @param next where the next page begins, or null if this is the last
 */
public record RunPage(List<Run> runs, @Nullable Position next) {
  /**
   * Puts a page together.
   *
   * @param past what the statement found that looks at runs that are over, up to {@code most}
   * @param stop the last run that it looked at, if there may be more; else null
   * @param live runs that are not over, up to {@code most}
   */
  static RunPage of(
      List<Run> past, @Nullable Position stop, List<Run> live, Order order, int most) {
    Position end = past.size() < most ? stop : null;
    Map<Position, Run> sorted = new TreeMap<>(Comparator.reverseOrder());
    live.forEach(run -> sorted.put(position(order, run), run));
    past.forEach(run -> sorted.put(position(order, run), run));
    if (end != null) {
      sorted.keySet().removeIf(position -> position.compareTo(end) < 0);
    }
    List<Run> runs = sorted.values().stream().limit(most).toList();
    boolean full = runs.size() == most;
    return new RunPage(runs, full ? position(order, runs.getLast()) : end);
  }

  private static Position position(Order order, Run run) {
    return order.position(run.key().number(), run.times().created(), run.times().finished());
  }
}
