package io.slipway.taskapi.timer;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.request.AcceptRunRequest;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Starts the runs of timers whose time has come, by the database's clock. The run comes first and
 * is then remembered: whoever dies in between has it done again with the same key, which is the
 * same run. What can't be started leaves the others alone, and the timer shows why.
 */
@ApplicationScoped
public class FireTimers {
  private static final int PIECE = 100;

  /** Tasks that were changed wait meanwhile. */
  private static final int MOST_PIECES = 50;

  private static final int AT_ONCE = 16;
  private static final int TOO_MANY = 429;
  private static final Duration LEAST_CATCH_UP = Duration.ofMinutes(1);

  /** Much less than the keys of requests are remembered. */
  private static final Duration MOST_CATCH_UP = Duration.ofDays(7);

  private final Leader leader;
  private final ReadTimers readTimers;
  private final TimerRows rows;
  private final RegistryRepository registries;
  private final TaskRepository tasks;
  private final AcceptRunRequest acceptRunRequest;
  private final Duration catchUp;

  FireTimers(
      Leader leader,
      ReadTimers readTimers,
      TimerRows rows,
      RegistryRepository registries,
      TaskRepository tasks,
      AcceptRunRequest acceptRunRequest,
      @ConfigProperty(name = "slipway.timers.catch-up", defaultValue = "PT10M") Duration catchUp) {
    if (catchUp.compareTo(LEAST_CATCH_UP) < 0 || catchUp.compareTo(MOST_CATCH_UP) > 0) {
      throw new IllegalArgumentException(
          "slipway.timers.catch-up is %s, must be from %s to %s"
              .formatted(catchUp, LEAST_CATCH_UP, MOST_CATCH_UP));
    }
    this.leader = leader;
    this.readTimers = readTimers;
    this.rows = rows;
    this.registries = registries;
    this.tasks = tasks;
    this.acceptRunRequest = acceptRunRequest;
    this.catchUp = catchUp;
  }

  /** One sweep, on the instance that leads. */
  @Scheduled(
      every = "${slipway.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of("The search for timers", readTimers.read(catchUp).chain(() -> fire()));
  }

  private Uni<Void> fire() {
    AtomicInteger left = new AtomicInteger(MOST_PIECES);
    return InTurn.whilst(() -> piece().map(full -> full && left.decrementAndGet() > 0));
  }

  /** Whether there may be more. */
  private Uni<Boolean> piece() {
    return leader
        .in(connection -> rows.due(connection, PIECE))
        .map(due -> due.orElse(List.of()))
        .chain(due ->
            due.isEmpty()
                ? Uni.createFrom().item(false)
                : Uni.join()
                    .all(due.stream().map(this::fire).toList())
                    .usingConcurrencyOf(AT_ONCE)
                    .andCollectFailures()
                    .replaceWith(due.size() == PIECE));
  }

  private Uni<Void> fire(DueTimer due) {
    if (due.isMissed(catchUp)) {
      Log.warnf("Timer %s of task %s was missed", due.key(), due.task());
      return rows.done(due, due.missed(catchUp));
    }
    return registries
        .findByName(due.registry())
        .chain(registry ->
            registry.isEmpty() ? Uni.createFrom().item(changed(due)) : task(due, registry.get()))
        .onFailure()
        .recoverWithItem(failure -> failed(due, failure))
        .chain(after -> rows.done(due, after));
  }

  private Uni<DueTimer.After> task(DueTimer due, Registry registry) {
    return tasks
        .find(registry, due.task())
        .chain(task ->
            task.filter(it -> isStill(due, it)).isEmpty()
                ? Uni.createFrom().item(changed(due))
                : run(due, registry).map(run -> due.started(run.key().runId())));
  }

  /**
   * It fires with nobody's rights but the task's: whoever may change the task gave it the timer.
   */
  private Uni<Run> run(DueTimer due, Registry registry) {
    return acceptRunRequest.accept(
        registry,
        new RunRequest.OfTask(due.task(), StepOverride.NONE, false),
        new AcceptRunRequest.Origin(
            RunTrigger.timer(due.state().name(), due.occurrence()),
            TaskIdentity.NONE,
            new ScheduleRun.Idempotency(due.key(), "")));
  }

  private static boolean isStill(DueTimer due, Task task) {
    return task.uid().equals(due.taskUid())
        && task.isEnabled()
        && task.definition().trigger().timerTriggers().stream()
            .anyMatch(timer ->
                timer.name().equals(due.state().name())
                    && timer.isEnabled()
                    && due.state().isOf(timer));
  }

  /** The next sweep reads what it is now. */
  private static DueTimer.After changed(DueTimer due) {
    return due.postponed("The task was changed meanwhile.");
  }

  private static DueTimer.After failed(DueTimer due, Throwable failure) {
    if (failure instanceof ArmException refused) {
      String why = String.valueOf(refused.getMessage());
      return refused.status() == TOO_MANY ? due.postponed(why) : due.refused(why);
    }
    if (Outage.is(failure)) {
      return due.postponed(Outage.message(failure));
    }
    Log.errorf(failure, "Timer %s of task %s failed", due.key(), due.task());
    return due.postponed("It failed within Slipway; the log of task-api says why.");
  }
}
