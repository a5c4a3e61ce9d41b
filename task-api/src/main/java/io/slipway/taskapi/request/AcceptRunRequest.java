package io.slipway.taskapi.request;

import io.slipway.contract.Causation;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.AgentStep;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.RunSettings;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.dispatch.RunPriority;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts what is asked for, however it was asked: by a call, by a task run or by an event. Secrets
 * and credentials that are for the run alone go to credential-broker under the run's own name
 * before the run is accepted; then the run, its place among the archived ones and the event that
 * tells the agents are one transaction.
 */
@ApplicationScoped
public class AcceptRunRequest {
  private final TaskRepository tasks;
  private final ScheduleRun scheduleRun;
  private final RunCredentials credentials;
  private final JsonText json;
  private final InstantSource clock;

  AcceptRunRequest(
      TaskRepository tasks,
      ScheduleRun scheduleRun,
      RunCredentials credentials,
      JsonText json,
      InstantSource clock) {
    this.tasks = tasks;
    this.scheduleRun = scheduleRun;
    this.credentials = credentials;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Where a request comes from.
   *
   * @param trigger what asks
   * @param identity identities that the credentials of a quick run may name
   * @param idempotency makes a repeated request one run, or null
   */
  public record Origin(
      RunTrigger trigger, TaskIdentity identity, ScheduleRun.@Nullable Idempotency idempotency) {}

  /** What a run is made of, whichever kind of request it was. */
  private record Content(
      @Nullable Task task,
      RunSettings settings,
      Step step,
      StepOverride override,
      RunCredentials.Own own,
      List<String> mayActAs) {}

  /**
   * Accepts the run, or finds the one that the same request led to before; fails with 400 for what
   * cannot be run, 404 for a task that does not exist, and 409 for a key that another request used.
   */
  public Uni<Run> accept(Registry registry, RunRequest request, Origin origin) {
    Uni<Content> content =
        switch (request) {
          case RunRequest.OfTask ofTask ->
              tasks.get(registry, ofTask.task()).map(task -> content(task, ofTask));
          case RunRequest.Quick quick ->
              Uni.createFrom().item(() -> content(registry, quick, origin.identity()));
        };
    UUID uid = TimeOrderedId.at(clock.instant());
    return content
        .chain(found ->
            credentials.during(
                uid,
                found.own(),
                () ->
                    scheduleRun.schedule(
                        draft(uid, registry, found, origin.trigger(), request.archive()),
                        origin.idempotency())))
        .onFailure(ScheduleRun.KeyReused.class)
        .transform(reused -> ArmException.conflict(String.valueOf(reused.getMessage())));
  }

  /** Draft of a run of a task that an event asks for; fails with 400 for what cannot be run. */
  ScheduleRun.Draft draft(
      Registry registry, Task task, RunRequest.OfTask request, Causation cause) {
    UUID uid = TimeOrderedId.at(clock.instant());
    RunTrigger trigger = RunTrigger.event(cause);
    return draft(uid, registry, content(task, request), trigger, request.archive());
  }

  private static Content content(Task task, RunRequest.OfTask request) {
    if (!task.isEnabled()) {
      throw ArmException.of(
          400,
          "TaskDisabled",
          "The task '"
              + task.name()
              + "' is disabled; az acr task update --status Enabled enables it.");
    }
    Step step = task.definition().step();
    if (step == null) {
      throw ArmException.of(
          400,
          "TaskHasNoStep",
          "The task '" + task.name() + "' has no step to run; give it properties.step.");
    }
    return new Content(
        task,
        task.definition().settings(),
        step,
        request.override(),
        new RunCredentials.Own(new JsonObject(), request.secrets()),
        List.of());
  }

  private static Content content(
      Registry registry, RunRequest.Quick request, TaskIdentity identity) {
    QuickRunCredentials given =
        QuickRunCredentials.of(registry.requireLoginServer(), request, identity);
    return new Content(
        null,
        request.settings(),
        request.step(),
        StepOverride.NONE,
        new RunCredentials.Own(given.bindings(), request.secrets()),
        given.mayActAs());
  }

  private ScheduleRun.Draft draft(
      UUID uid, Registry registry, Content content, RunTrigger trigger, boolean archive) {
    TaskStep.WithContext step = AgentStep.of(content.step(), content.override());
    RunSettings settings = content.settings();
    Task task = content.task();
    return new ScheduleRun.Draft(
        uid,
        registry.uid(),
        registry.name(),
        registry.id(),
        registry.runPrefix(),
        task == null ? null : task.uid(),
        task == null ? null : task.name(),
        new Run.Origin(
            RunKind.TASK,
            (task == null ? "Quick" : "Auto")
                + (step instanceof TaskStep.DockerBuild ? "Build" : "Run"),
            trigger,
            "default",
            settings.platform(),
            settings.agentConfiguration().cpu(),
            settings.timeout(),
            settings.customLoginServers(),
            !content.own().isEmpty(),
            step.buildSource(),
            task == null ? Run.Origin.USUAL_PRIORITY : RunPriority.of(task.tags())),
        json.write(
            new StoredSpec(
                registry.id(),
                registry.requireLoginServer(),
                logins(registry, settings),
                content.mayActAs(),
                step)),
        archive,
        registry.tags());
  }

  private static List<String> logins(Registry registry, RunSettings settings) {
    List<String> logins = new ArrayList<>();
    if (settings.logsInToOwnRegistry()) {
      logins.add(registry.requireLoginServer());
    }
    logins.addAll(settings.customLoginServers());
    return logins;
  }
}
