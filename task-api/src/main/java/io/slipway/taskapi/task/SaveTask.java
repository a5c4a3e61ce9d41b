package io.slipway.taskapi.task;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.GivenTask;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.RegistryCredential;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.TaskRepository.Reserved;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings a task, its identity, its credentials and its secrets to what is asked. The definition is
 * saved last, after identity-service and the broker have theirs; all of these calls may be
 * repeated, so a repeated request completes what was interrupted. A credential for an identity that
 * the saved task does not have is of no use, since run tokens name the identities of the saved task
 * alone.
 */
@ApplicationScoped
public class SaveTask {
  private final Transactions transactions;
  private final TaskRepository tasks;
  private final Cleanups cleanups;
  private final ProcessCleanups processCleanups;
  private final AssignIdentities assignIdentities;
  private final BrokerClient broker;

  SaveTask(
      Transactions transactions,
      TaskRepository tasks,
      Cleanups cleanups,
      ProcessCleanups processCleanups,
      AssignIdentities assignIdentities,
      BrokerClient broker) {
    this.transactions = transactions;
    this.tasks = tasks;
    this.cleanups = cleanups;
    this.processCleanups = processCleanups;
    this.assignIdentities = assignIdentities;
    this.broker = broker;
  }

  /**
   * What a task is to be.
   *
   * @param name as the caller wrote it
   * @param given its definition, and separately its secrets and credentials
   */
  public record Wanted(
      Registry registry,
      String name,
      String location,
      Map<String, String> tags,
      IdentityRequest identities,
      GivenTask given) {}

  /** Saves the task; {@code before} is what was stored. */
  public Uni<Task> save(Wanted wanted, Optional<Task> before) {
    tasks.checkSize(wanted.given().definition());
    Registry registry = wanted.registry();
    String id = TaskRepository.id(registry, before.map(Task::name).orElse(wanted.name()));
    return transactions
        .in(connection ->
            tasks.reserve(connection, registry, wanted.name(), wanted.location(), before))
        .chain(reserved ->
            processCleanups
                .settle(id)
                .chain(() -> assignIdentities.assign(id, wanted.name(), wanted.identities()))
                .call(given -> credentials(reserved.uid(), wanted, before, given))
                .chain(given -> save(id, wanted, before, reserved, given))
                .onFailure()
                .call(() -> release(id, reserved, before.isEmpty())));
  }

  /** Of a task that did not come to be nobody may inherit the identity and its rights. */
  private Uni<Void> release(String id, Reserved reserved, boolean isNew) {
    List<Cleanup> made = isNew ? List.of(Cleanup.resource(id)) : List.of();
    return transactions
        .in(connection ->
            tasks
                .release(connection, reserved)
                .call(released ->
                    released ? cleanups.add(connection, made) : Uni.createFrom().voidItem()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  /** The definition, and the end of a system identity that it goes on without. */
  private Uni<Task> save(
      String id, Wanted wanted, Optional<Task> before, Reserved reserved, TaskIdentity given) {
    boolean hadSystem = before.map(task -> task.identity().system() != null).orElse(false);
    List<Cleanup> ended =
        hadSystem && given.system() == null ? List.of(Cleanup.systemIdentity(id)) : List.of();
    return transactions
        .in(connection ->
            tasks
                .save(connection, wanted.registry(), reserved, stored(wanted, given))
                .call(() -> cleanups.add(connection, ended)))
        .call(() -> ended.isEmpty() ? Uni.createFrom().voidItem() : processCleanups.trySettle(id));
  }

  private Uni<Void> credentials(
      UUID uid, Wanted wanted, Optional<Task> before, TaskIdentity given) {
    Map<String, @Nullable RegistryCredential> asked = wanted.given().registries();
    String own = wanted.registry().requireLoginServer();
    if (asked.containsKey(own)) {
      throw ArmException.of(
          400,
          "InvalidCredentials",
          "'"
              + own
              + "' is the task's own registry; every run has a credential for it. Leave it out of"
              + " properties.credentials.customRegistries.");
    }
    return broker
        .boundServers(uid)
        .chain(bound ->
            broker.patch(uid, patch(asked, bound, given, wanted, own), secrets(wanted, before)));
  }

  private static JsonObject patch(
      Map<String, @Nullable RegistryCredential> asked,
      Set<String> bound,
      TaskIdentity given,
      Wanted wanted,
      String own) {
    for (Map.Entry<String, @Nullable RegistryCredential> entry : asked.entrySet()) {
      if (entry.getValue() == null && !bound.contains(entry.getKey())) {
        throw ArmException.of(
            400,
            "InvalidCredentials",
            "'"
                + entry.getKey()
                + "' is given without a credential, and the task has none for it to keep. Give it"
                + " an identity, or userName and password, in"
                + " properties.credentials.customRegistries.");
      }
    }
    JsonObject patch = CredentialBindings.patch(asked, bound, given);
    String named = wanted.given().definition().settings().sourceIdentity();
    if (!named.isBlank()) {
      patch.put(
          own, CredentialBindings.identityBinding(own, named, given, List.of("pull", "push")));
    }
    return patch;
  }

  private static JsonObject secrets(Wanted wanted, Optional<Task> before) {
    Map<String, @Nullable String> asked = wanted.given().secrets();
    Set<String> stored = before.map(task -> task.definition().secretNames()).orElse(Set.of());
    JsonObject patch = new JsonObject();
    stored.stream()
        .filter(name -> !asked.containsKey(name))
        .forEach(name -> patch.put(name, (Object) null));
    List<String> missing = new ArrayList<>();
    asked.forEach((name, value) -> {
      if (value != null) {
        patch.put(name, value);
      } else if (!stored.contains(name)) {
        missing.add(name);
      } else if (name.equals(Step.CONTEXT_ADDRESS) && !hasContextOf(wanted, before)) {
        missing.add("the user, password or query of contextPath, for which it has ***");
      } else if (!isForTheSameServer(name, wanted, before)) {
        if (name.endsWith("/refreshToken")) {
          patch.put(name, (Object) null); // it went with the token
          return;
        }
        missing.add(name + " (the stored one is for another server)");
      }
    });
    if (!missing.isEmpty()) {
      throw ArmException.of(
          400,
          "InvalidTask",
          "properties.step and properties.trigger need these secret values, which have never been"
              + " given: "
              + String.join(", ", missing)
              + ".");
    }
    return patch;
  }

  /** What is stored belongs to one address, and stays with no other. */
  private static boolean hasContextOf(Wanted wanted, Optional<Task> before) {
    Step step = wanted.given().definition().step();
    Step old = before.map(task -> task.definition().step()).orElse(null);
    return step != null && old != null && Objects.equals(step.contextPath(), old.contextPath());
  }

  /** Who may change a task must not get a token that he does not know sent elsewhere. */
  private static boolean isForTheSameServer(String name, Wanted wanted, Optional<Task> before) {
    TaskDefinition asked = wanted.given().definition();
    TaskDefinition old = before.map(Task::definition).orElse(asked);
    if (name.equals(Step.CONTEXT_TOKEN)) {
      return asked.step() == null
          || old.step() == null
          || GitContext.isSameServer(asked.step().contextPath(), old.step().contextPath());
    }
    return asked.trigger().repositoryOf(name).isEmpty()
        || GitContext.isSameServer(
            asked.trigger().repositoryOf(name).orElse(null),
            old.trigger().repositoryOf(name).orElse(null));
  }

  private static TaskRepository.Wanted stored(Wanted wanted, TaskIdentity given) {
    return new TaskRepository.Wanted(
        wanted.location(), wanted.tags(), wanted.given().definition(), given);
  }
}
