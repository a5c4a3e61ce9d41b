package io.slipway.taskapi.request;

import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a run of a task, however it was asked for. Secret values that are for this run alone go
 * to the broker under the run's own name.
 */
@ApplicationScoped
public class ScheduleTaskRun {
  private final ScheduleRun scheduleRun;
  private final RunCredentials credentials;
  private final JsonText json;
  private final InstantSource clock;

  ScheduleTaskRun(
      ScheduleRun scheduleRun, RunCredentials credentials, JsonText json, InstantSource clock) {
    this.scheduleRun = scheduleRun;
    this.credentials = credentials;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Accepts the run; fails with 400 for a task that may not run.
   *
   * @param trigger {@code Manual} or {@code Event}
   * @param idempotency makes a repeated request one run, or null
   */
  public Uni<Run> schedule(
      Registry registry,
      Task task,
      String trigger,
      StepOverride override,
      ScheduleRun.@Nullable Idempotency idempotency) {
    TaskRunDraft.checkEnabled(task);
    UUID uid = TimeOrderedId.at(clock.instant());
    AgentStep step = AgentStep.of(task.properties().path("step"), override);
    RunCredentials.Own own = new RunCredentials.Own(new JsonObject(), override.secrets());
    ScheduleRun.Draft draft =
        new ScheduleRun.Draft(
            uid,
            registry.uid(),
            registry.name(),
            registry.runPrefix(),
            task.uid(),
            task.name(),
            TaskRunDraft.origin(
                task.properties(), TaskRunDraft.runType(task), trigger, step, !own.isEmpty()),
            json.write(TaskRunDraft.spec(registry, task.properties(), List.of(), step)));
    return credentials.during(uid, own, () -> scheduleRun.schedule(draft, idempotency));
  }
}
