package io.slipway.taskapi.taskrun;

import io.slipway.identity.client.ClientSecret;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.http.Signature;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.AcceptRunRequest;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.AssignIdentities;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a task run what is asked for, and runs it if that differs from before. The run is accepted
 * under a key that follows from the task run and its version, so that a request that is repeated
 * after an interruption finds that run and does not ask for a second one.
 */
@ApplicationScoped
public class SaveTaskRun {
  private final Transactions transactions;
  private final TaskRunRepository taskRuns;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final AssignIdentities assignIdentities;
  private final AcceptRunRequest acceptRunRequest;
  private final ClientSecret secret;

  SaveTaskRun(
      Transactions transactions,
      TaskRunRepository taskRuns,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      AssignIdentities assignIdentities,
      AcceptRunRequest acceptRunRequest,
      ClientSecret secret) {
    this.transactions = transactions;
    this.taskRuns = taskRuns;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.assignIdentities = assignIdentities;
    this.acceptRunRequest = acceptRunRequest;
    this.secret = secret;
  }

  /**
   * What a task run is to be.
   *
   * @param request what is to be run
   * @param stored the form in which the request is kept and shown, without secrets: JSON
   * @param forceUpdateTag another one makes it run again, or null
   */
  public record Wanted(
      Registry registry,
      String name,
      String location,
      Map<String, String> tags,
      IdentityRequest identities,
      RunRequest request,
      String stored,
      @Nullable String forceUpdateTag) {
    @Override
    public String toString() { // without the request, which may hold secrets
      return "Wanted[" + registry.name() + "/" + name + "]";
    }
  }

  /** A task run after the request. */
  public record Saved(TaskRun taskRun, boolean created) {}

  /** Saves it, and asks for its run; fails with 400 for what cannot be run. */
  public Uni<Saved> save(Wanted wanted) {
    Registry registry = wanted.registry();
    String id = TaskRunRepository.id(registry, wanted.name());
    return transactions
        .in(connection -> taskRuns.reserve(connection, registry, wanted.name(), wanted.location()))
        .call(() -> processCleanups.settle(id))
        .chain(place ->
            assignIdentities
                .assign(place.id(), place.name(), wanted.identities())
                .chain(given -> save(wanted, place, given))
                .map(taskRun -> new Saved(taskRun, place.runUid() == null)));
  }

  /** Changes the tags, which does not make it run again. */
  public Uni<TaskRun> describe(Registry registry, TaskRun before, Map<String, String> tags) {
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

  private Uni<TaskRun> save(Wanted wanted, TaskRun place, TaskIdentity given) {
    String digest =
        Signature.of(
            secret.derive("slipway task run digests"),
            wanted.stored(),
            secrets(wanted.request()),
            String.join(",", given.principalIds()),
            String.valueOf(wanted.forceUpdateTag()));
    boolean same = place.runUid() != null && digest.equals(place.digest());
    Uni<Optional<Run>> run =
        same
            ? Uni.createFrom().item(Optional.empty())
            : run(wanted, place, given, digest).map(Optional::of);
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
                wanted.stored(),
                wanted.forceUpdateTag(),
                digest,
                accepted.map(it -> it.key().uid()).orElse(place.runUid()),
                place.createdAt(),
                place.version())));
  }

  /** The task run, and the end of a system identity that it goes on without. */
  private Uni<TaskRun> save(Registry registry, TaskRun before, TaskRun after) {
    String id = before.id();
    List<Cleanup> ended =
        before.identity().system() != null && after.identity().system() == null
            ? List.of(Cleanup.systemIdentity(id))
            : List.of();
    return transactions
        .in(connection ->
            taskRuns.save(connection, registry, after).call(() -> cleanups.add(connection, ended)))
        .call(() -> ended.isEmpty() ? Uni.createFrom().voidItem() : processCleanups.trySettle(id));
  }

  /** Another secret value or password is another request, too. */
  private static String secrets(RunRequest request) {
    return request instanceof RunRequest.Quick quick
        ? quick.secrets() + " " + credentials(quick)
        : request.secrets().toString();
  }

  private static Map<String, List<String>> credentials(RunRequest.Quick quick) {
    Map<String, List<String>> credentials = new LinkedHashMap<>();
    quick
        .registries()
        .forEach((server, credential) ->
            credentials.put(server, credential == null ? List.of() : credential.parts()));
    return credentials;
  }

  private Uni<Run> run(Wanted wanted, TaskRun place, TaskIdentity given, String digest) {
    ScheduleRun.Idempotency once =
        new ScheduleRun.Idempotency(
            "taskrun:" + place.uid() + ":" + place.version() + ":" + digest, digest);
    return acceptRunRequest.accept(
        wanted.registry(),
        wanted.request(),
        new AcceptRunRequest.Origin(RunTrigger.MANUAL, given, once));
  }
}
