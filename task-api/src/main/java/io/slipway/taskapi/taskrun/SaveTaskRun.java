package io.slipway.taskapi.taskrun;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Problems;
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
import io.slipway.taskapi.task.AssignIdentities;
import io.slipway.taskapi.task.EndSystemIdentity;
import io.slipway.taskapi.task.IdentityRequest;
import io.slipway.taskapi.task.TaskIdentity;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a task run to what is asked, and runs it if that is something else than before. The run is
 * accepted under a key that follows from the task run and its version, so that a request that is
 * repeated after a death half-way finds that run and asks for no second.
 */
@ApplicationScoped
class SaveTaskRun {
  private final TaskRunRepository taskRuns;
  private final TaskRepository tasks;
  private final ProcessCleanups cleanups;
  private final AssignIdentities assignIdentities;
  private final EndSystemIdentity endSystemIdentity;
  private final ScheduleQuickRun scheduleQuickRun;
  private final ScheduleTaskRun scheduleTaskRun;
  private final RunQueries runs;
  private final ClientSecret secret;
  private final OffLoop offLoop;

  SaveTaskRun(
      TaskRunRepository taskRuns,
      TaskRepository tasks,
      ProcessCleanups cleanups,
      AssignIdentities assignIdentities,
      EndSystemIdentity endSystemIdentity,
      ScheduleQuickRun scheduleQuickRun,
      ScheduleTaskRun scheduleTaskRun,
      RunQueries runs,
      ClientSecret secret,
      OffLoop offLoop) {
    this.taskRuns = taskRuns;
    this.tasks = tasks;
    this.cleanups = cleanups;
    this.assignIdentities = assignIdentities;
    this.endSystemIdentity = endSystemIdentity;
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
    return cleanups
        .settle(id)
        .chain(() -> taskRuns.find(registry, wanted.name()))
        .chain(before ->
            taskRuns
                .reserve(registry, wanted.name(), wanted.location())
                .chain(place ->
                    assignIdentities
                        .assign(place.id(), place.name(), wanted.identities())
                        .chain(given -> save(wanted, request, place, given)))
                .chain(() -> taskRuns.get(registry, wanted.name()))
                .map(taskRun -> new Saved(taskRun, before.isEmpty())));
  }

  /** Changes what is only description. */
  Uni<Void> describe(TaskRun before, Map<String, String> tags) {
    return taskRuns.save(
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
            before.version()));
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

  private Uni<Void> save(Wanted wanted, RunRequest request, TaskRun place, TaskIdentity given) {
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
    boolean hadSystem = place.identity().system() != null;
    return run.chain(accepted ->
            taskRuns.save(
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
                    place.version())))
        .chain(() ->
            hadSystem && given.system() == null
                ? endSystemIdentity.end(place.id())
                : Uni.createFrom().voidItem());
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
