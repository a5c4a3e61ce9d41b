package io.slipway.taskapi.request;

import io.quarkus.logging.Log;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Starts the run of a trigger of a task, or finds the one that was started with the same key
 * before. It has nobody's rights but the task's: whoever may change the task gave it the trigger.
 */
@ApplicationScoped
public class StartTriggeredRun {
  private static final int TOO_MANY = 429;

  private final RegistryRepository registries;
  private final TaskRepository tasks;
  private final AcceptRunRequest acceptRunRequest;

  StartTriggeredRun(
      RegistryRepository registries, TaskRepository tasks, AcceptRunRequest acceptRunRequest) {
    this.registries = registries;
    this.tasks = tasks;
    this.acceptRunRequest = acceptRunRequest;
  }

  /**
   * A trigger that fires.
   *
   * @param registry name of the task's registry
   * @param task name of the task
   * @param taskUid which task had this name
   * @param trigger what the run says of it
   * @param key makes all attempts one run
   */
  public record Fired(String registry, String task, UUID taskUid, RunTrigger trigger, String key) {}

  /** What came of it. */
  public sealed interface Outcome {}

  /** There is a run, of this attempt or of one before. */
  public record Started(Run run) implements Outcome {}

  /** There is none, and would be none if it was tried again. */
  public record Refused(String why) implements Outcome {}

  /** There may be one later. */
  public record Later(String why) implements Outcome {}

  /**
   * Starts the run if the task is enabled and still has the trigger; it does not fail.
   *
   * @param isStill whether the trigger is among those that the task has now
   */
  public Uni<Outcome> start(Fired fired, Predicate<Triggers> isStill) {
    return registries
        .findByName(fired.registry())
        .chain(registry ->
            registry.isEmpty()
                ? Uni.createFrom().item(changed())
                : start(fired, isStill, registry.get()))
        .onFailure()
        .recoverWithItem(failure -> failed(fired, failure));
  }

  private Uni<Outcome> start(Fired fired, Predicate<Triggers> isStill, Registry registry) {
    return tasks
        .find(registry, fired.task())
        .chain(task ->
            task.filter(it -> isStill(fired, isStill, it)).isEmpty()
                ? Uni.createFrom().item(changed())
                : run(fired, registry, task.get()).map(Started::new));
  }

  private Uni<Run> run(Fired fired, Registry registry, Task task) {
    return acceptRunRequest.accept(
        registry,
        new RunRequest.OfTask(fired.task(), override(fired.trigger().source(), task), false),
        new AcceptRunRequest.Origin(
            fired.trigger(), TaskIdentity.NONE, new ScheduleRun.Idempotency(fired.key(), "")));
  }

  /** A run of a commit builds that commit, wherever its branch is by now. */
  private static StepOverride override(RunTrigger.@Nullable Source source, Task task) {
    Step step = task.definition().step();
    try {
      return source == null || step == null
          ? StepOverride.NONE
          : GitContext.pinned(step, source.repositoryUrl(), source.commitId());
    } catch (IllegalArgumentException other) {
      throw ArmException.invalid(String.valueOf(other.getMessage()));
    }
  }

  private static boolean isStill(Fired fired, Predicate<Triggers> isStill, Task task) {
    return task.uid().equals(fired.taskUid())
        && task.isEnabled()
        && isStill.test(task.definition().trigger());
  }

  /** The next sweep reads what it is now. */
  private static Outcome changed() {
    return new Later("The task was changed meanwhile.");
  }

  private static Outcome failed(Fired fired, Throwable failure) {
    if (failure instanceof ArmException refused) {
      String why = String.valueOf(refused.getMessage());
      return refused.status() == TOO_MANY ? new Later(why) : new Refused(why);
    }
    if (Outage.is(failure)) {
      return new Later(Outage.message(failure));
    }
    Log.errorf(failure, "Trigger %s of task %s failed", fired.key(), fired.task());
    return new Later("It failed within Slipway; the log of task-api says why.");
  }
}
