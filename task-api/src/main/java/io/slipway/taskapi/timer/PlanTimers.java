package io.slipway.taskapi.timer;

import io.slipway.taskapi.definition.CronSchedule;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.timer.TimerState.Last;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the timers of a task stand when the task was changed: one that goes on as before keeps its
 * next time; one that was enabled or has another schedule begins anew. Pure.
 */
final class PlanTimers {
  private PlanTimers() {}

  /**
   * @param before where they stood
   * @param from the earliest time that counts for those that begin
   */
  static List<TimerState> of(TaskDefinition task, List<TimerState> before, Instant from) {
    Map<String, TimerState> known = new HashMap<>();
    before.forEach(state -> known.put(state.name(), state));
    List<TimerState> after = new ArrayList<>();
    for (Triggers.Timer timer : task.trigger().timerTriggers()) {
      // Tasks of earlier versions may have names that are none, and two of one name.
      if (Triggers.Timer.isName(timer.name())
          && after.stream().noneMatch(state -> state.name().equals(timer.name()))) {
        boolean enabled = timer.isEnabled() && task.isEnabled();
        after.add(of(timer, enabled, known.get(timer.name()), from));
      }
    }
    return after;
  }

  private static TimerState of(
      Triggers.Timer timer, boolean enabled, @Nullable TimerState before, Instant from) {
    Last last = lastOf(before);
    if (enabled && before != null && before.occurrence() != null && before.isOf(timer)) {
      return before;
    }
    if (!enabled) {
      return state(timer, null, last);
    }
    try {
      CronSchedule schedule = CronSchedule.of(timer.schedule(), timer.timeZone());
      return state(timer, schedule.next(from).orElse(null), last);
    } catch (CronSchedule.Unreadable unreadable) {
      String why = unreadable.property() + " " + unreadable.getMessage();
      return state(timer, null, new Last(null, null, why));
    }
  }

  /** What was wrong with a schedule is over with it. */
  private static @Nullable Last lastOf(@Nullable TimerState before) {
    Last last = before == null ? null : before.last();
    return last == null || last.occurrence() == null ? null : last;
  }

  private static TimerState state(
      Triggers.Timer timer, @Nullable Instant occurrence, @Nullable Last last) {
    return new TimerState(timer.name(), timer.schedule(), timer.timeZone(), occurrence, last);
  }
}
