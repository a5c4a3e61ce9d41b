package io.slipway.taskapi.taskrun;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Problems;
import io.slipway.taskapi.cleanup.CleanupAction;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.http.ClientSecret;
import io.slipway.taskapi.http.Signature;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequest;
import io.slipway.taskapi.request.RunRequestReader;
import io.slipway.taskapi.request.ScheduleQuickRun;
import io.slipway.taskapi.request.ScheduleTaskRun;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.AssignIdentities;
import io.slipway.taskapi.task.IdentityRequest;
import io.slipway.taskapi.task.TaskIdentity;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a task run to what is asked, and runs it if that is something else than before. The run is
 * accepted under a key that follows from the task run and its version, so that a request that is
 * repeated after an interruption finds that run and does not ask for a second one.
 */
@ApplicationScoped
class SaveTaskRun {
  private final Transactions transactions;
  private final TaskRunRepository taskRuns;
  private final TaskRepository tasks;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final AssignIdentities assignIdentities;
  private final ScheduleQuickRun scheduleQuickRun;
  private final ScheduleTaskRun scheduleTaskRun;
  private final RunQueries runs;
  private final ClientSecret secret;
  private final OffLoop offLoop;

  SaveTaskRun(
      Transactions transactions,
      TaskRunRepository taskRuns,
      TaskRepository tasks,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      AssignIdentities assignIdentities,
      ScheduleQuickRun scheduleQuickRun,
      ScheduleTaskRun scheduleTaskRun,
      RunQueries runs,
      ClientSecret secret,
      OffLoop offLoop) {
    this.transactions = transactions;
    this.taskRuns = taskRuns;
    this.tasks = tasks;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.assignIdentities = assignIdentities;
    this.scheduleQuickRun = scheduleQuickRun;
    this.scheduleTaskRun = scheduleTaskRun;
    this.runs = runs;
    this.secret = secret;
    this.offLoop = offLoop;
  }

  /**
   * What a task run is to be.
   *
   * @param request the whole {@code runRequest}
   */
  record Wanted(
      Registry registry,
      String name,
      String location,
      Map<String, String> tags,
      IdentityRequest identities,
      JsonNode request,
      @Nullable String forceUpdateTag) {
    @Override
    public String toString() { // without the request, which may hold secrets
      return "Wanted[" + registry.name() + "/" + name + "]";
    }
  }

  /** A task run after the request. */
  record Saved(TaskRun taskRun, boolean created) {}

  /** Saves it. */
  Uni<Saved> save(Wanted wanted) {
    return offLoop.call(() -> read(wanted)).chain(request -> save(wanted, request));
  }

  private Uni<Saved> save(Wanted wanted, RunRequest request) {
    Registry registry = wanted.registry();
    String id = TaskRunRepository.id(registry, wanted.name());
    return processCleanups
        .settle(id)
        .chain(() ->
            transactions.in(connection ->
                taskRuns.reserve(connection, registry, wanted.name(), wanted.location())))
        .chain(place ->
            assignIdentities
                .assign(place.id(), place.name(), wanted.identities())
                .chain(given -> save(wanted, request, place, given))
                .map(taskRun -> new Saved(taskRun, place.runUid() == null)));
  }

  /** Changes what is only description. */
  Uni<TaskRun> describe(Registry registry, TaskRun before, Map<String, String> tags) {
    TaskRun described =
        new TaskRun(
            before.uid(),
            before.id(),
            before.name(),
            before.location(),
            tags,
            before.identity(),
            before.request(),
            before.forceUpdateTag(),
            before.digest(),
            before.runUid(),
            before.createdAt(),
            before.version());
    return transactions.in(connection -> taskRuns.save(connection, registry, described));
  }

  private static RunRequest read(Wanted wanted) {
    Problems problems = new Problems("InvalidTaskRun");
    RunRequest request =
        RunRequestReader.read(
            problems, "properties.runRequest", wanted.request(), wanted.registry().id());
    boolean identity = wanted.identities().system() || !wanted.identities().user().isEmpty();
    if (request instanceof RunRequest.OfTask && identity) {
      problems.add(
          "identity",
          "does not go with a TaskRunRequest, whose run has the identities of its task");
    }
    problems.throwIfAny();
    return request;
  }

  private Uni<TaskRun> save(Wanted wanted, RunRequest request, TaskRun place, TaskIdentity given) {
    ObjectNode stored = StoredRequest.of(wanted.request());
    String digest =
        Signature.of(
            secret.derive("slipway task run digests"),
            stored.toString(),
            secrets(request),
            String.join(",", given.principalIds()),
            String.valueOf(wanted.forceUpdateTag()));
    boolean same = place.runUid() != null && digest.equals(place.digest());
    Uni<Optional<Run>> run =
        same
            ? Uni.createFrom().item(Optional.empty())
            : run(wanted, request, place, given, digest).map(Optional::of);
    return run.chain(accepted ->
        save(
            wanted.registry(),
            place,
            new TaskRun(
                place.uid(),
                place.id(),
                place.name(),
                wanted.location(),
                wanted.tags(),
                given,
                stored,
                wanted.forceUpdateTag(),
                digest,
                accepted.map(it -> it.key().uid()).orElse(place.runUid()),
                place.createdAt(),
                place.version())));
  }

  /** The task run, and the end of a system identity that it goes on without. */
  private Uni<TaskRun> save(Registry registry, TaskRun before, TaskRun after) {
    String id = before.id();
    List<Cleanups.Cleanup> ended =
        before.identity().system() != null && after.identity().system() == null
            ? List.of(new Cleanups.Cleanup(id, CleanupAction.FORGET_SYSTEM_IDENTITY, id))
            : List.of();
    return transactions
        .in(connection ->
            taskRuns.save(connection, registry, after).call(() -> cleanups.add(connection, ended)))
        .call(() -> ended.isEmpty() ? Uni.createFrom().voidItem() : processCleanups.trySettle(id));
  }

  /** Another secret value or password is another request, too. */
  private static String secrets(RunRequest request) {
    return switch (request) {
      case RunRequest.Quick quick -> quick.secrets() + " " + quick.registries();
      case RunRequest.OfTask ofTask -> ofTask.override().secrets().toString();
    };
  }

  private Uni<Run> run(
      Wanted wanted, RunRequest request, TaskRun place, TaskIdentity given, String digest) {
    Registry registry = wanted.registry();
    ScheduleRun.Idempotency once =
        new ScheduleRun.Idempotency(
            "taskrun:" + place.uid() + ":" + place.version() + ":" + digest, digest);
    Uni<Run> accepted =
        switch (request) {
          case RunRequest.Quick quick -> scheduleQuickRun.schedule(registry, quick, given, once);
          case RunRequest.OfTask ofTask ->
              tasks
                  .get(registry, ofTask.task())
                  .chain(task ->
                      scheduleTaskRun.schedule(registry, task, "Manual", ofTask.override(), once));
        };
    return accepted
        .call(run ->
            request.archive() && !run.archived()
                ? runs.archive(run, true)
                : Uni.createFrom().voidItem())
        .onFailure(ScheduleRun.KeyReused.class)
        .transform(reused -> ArmException.conflict(String.valueOf(reused.getMessage())));
  }
}
