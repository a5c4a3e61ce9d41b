package io.slipway.taskapi.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Accepts a run of a task, however it was asked for. */
@ApplicationScoped
public class ScheduleTaskRun {
  private final ScheduleRun scheduleRun;
  private final JsonText json;
  private final InstantSource clock;

  ScheduleTaskRun(ScheduleRun scheduleRun, JsonText json, InstantSource clock) {
    this.scheduleRun = scheduleRun;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Accepts the run; fails with 400 for a task that may not run.
   *
   * @param trigger {@code Manual} or {@code Event}
   * @param override what the request changes of the step, or a missing node
   * @param idempotency makes a repeated request one run, or null
   */
  Uni<Run> schedule(
      Registry registry,
      Task task,
      String trigger,
      JsonNode override,
      ScheduleRun.@Nullable Idempotency idempotency) {
    TaskRunDraft.checkEnabled(task);
    return scheduleRun.schedule(
        new ScheduleRun.Draft(
            TimeOrderedId.at(clock.instant()),
            registry.uid(),
            registry.name(),
            registry.runPrefix(),
            task.uid(),
            task.name(),
            TaskRunDraft.origin(task, trigger),
            json.write(TaskRunDraft.spec(registry, task, override))),
        idempotency);
  }
}
