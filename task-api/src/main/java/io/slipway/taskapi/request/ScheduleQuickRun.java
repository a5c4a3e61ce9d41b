package io.slipway.taskapi.request;

import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.task.TaskIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a run of what a request itself says. It has no task: its credentials and secret values
 * are at the broker under the run's own name, and end with it.
 */
@ApplicationScoped
public class ScheduleQuickRun {
  private final ScheduleRun scheduleRun;
  private final RunCredentials credentials;
  private final JsonText json;
  private final InstantSource clock;

  ScheduleQuickRun(
      ScheduleRun scheduleRun, RunCredentials credentials, JsonText json, InstantSource clock) {
    this.scheduleRun = scheduleRun;
    this.credentials = credentials;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Accepts the run; fails with 400 for credentials that cannot be.
   *
   * @param identity identities that its credentials may name
   * @param idempotency makes a repeated request one run, or null
   */
  public Uni<Run> schedule(
      Registry registry,
      RunRequest.Quick request,
      TaskIdentity identity,
      ScheduleRun.@Nullable Idempotency idempotency) {
    UUID uid = TimeOrderedId.at(clock.instant());
    AgentStep step = AgentStep.of(request.step(), StepOverride.NONE);
    QuickRunCredentials given =
        QuickRunCredentials.of(registry.requireLoginServer(), request, identity);
    RunCredentials.Own own = new RunCredentials.Own(given.bindings(), request.secrets());
    ScheduleRun.Draft draft =
        new ScheduleRun.Draft(
            uid,
            registry.uid(),
            registry.name(),
            registry.runPrefix(),
            null,
            null,
            TaskRunDraft.origin(
                request.settings(), request.runType(), "Manual", step, !own.isEmpty()),
            json.write(TaskRunDraft.spec(registry, request.settings(), given.mayActAs(), step)));
    return credentials.during(uid, own, () -> scheduleRun.schedule(draft, idempotency));
  }
}
