package io.slipway.taskapi.imports;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.broker.BrokerClient;
import io.slipway.taskapi.cleanup.CleanupAction;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.operation.Operation;
import io.slipway.taskapi.operation.OperationRepository;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.Registry.OwnIdentity;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.Platform;
import io.slipway.taskapi.run.Run;
import io.slipway.taskapi.run.RunKind;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.TimeOrderedId;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image into a registry: a run without a task that an agent executes. A source of this
 * platform is pulled with the source registry's own identity, after the caller was found to have
 * the right to pull; the credential of another source goes to the broker, for this run alone.
 */
@ApplicationScoped
public class ImportImage {
  private static final String PULL = "Microsoft.ContainerRegistry/registries/pull/read";
  private static final int TIMEOUT_SECONDS = 3_600;

  /** By then every import is over; what the broker holds for one that never began goes. */
  private static final Duration OVER = Duration.ofDays(3);

  private final RegistryRepository registries;
  private final ImageTags tags;
  private final Access access;
  private final BrokerClient broker;
  private final ScheduleRun scheduleRun;
  private final OperationRepository operations;
  private final Cleanups cleanups;
  private final Transactions transactions;
  private final JsonText json;
  private final InstantSource clock;

  ImportImage(
      RegistryRepository registries,
      ImageTags tags,
      Access access,
      BrokerClient broker,
      ScheduleRun scheduleRun,
      OperationRepository operations,
      Cleanups cleanups,
      Transactions transactions,
      JsonText json,
      InstantSource clock) {
    this.registries = registries;
    this.tags = tags;
    this.access = access;
    this.broker = broker;
    this.scheduleRun = scheduleRun;
    this.operations = operations;
    this.cleanups = cleanups;
    this.transactions = transactions;
    this.json = json;
    this.clock = clock;
  }

  /** Where an image comes from. */
  private record Source(String host, @Nullable OwnIdentity identity) {}

  /** Begins the import; the operation says how far it is. */
  Uni<Operation> begin(Registry target, ImportRequest request, String principalId) {
    UUID uid = TimeOrderedId.at(clock.instant());
    return source(request, principalId)
        .call(() -> checkTargets(target, request))
        .call(source -> bind(uid, source, request))
        .chain(source -> scheduleRun.schedule(draft(uid, target, source, request), null))
        .map(run -> new Operation(uid, Operation.Kind.IMPORT, run.key().uid(), target.id()))
        .call(operations::add);
  }

  private Uni<Source> source(ImportRequest request, String principalId) {
    if (request.resourceId() != null) {
      String id = request.resourceId();
      return registries
          .findById(id)
          .map(found ->
              found.orElseThrow(() ->
                  ArmException.of(
                      400,
                      "SourceRegistryNotFound",
                      "source.resourceId '" + id + "' is no registry of this platform.")))
          .chain(registry -> ownSource(registry, request, principalId));
    }
    String host = Objects.requireNonNull(request.registryUri());
    return registries
        .findByLoginServer(host)
        .chain(found ->
            found.isPresent()
                ? ownSource(found.get(), request, principalId)
                : Uni.createFrom().item(new Source(host, null)));
  }

  private Uni<Source> ownSource(Registry registry, ImportRequest request, String principalId) {
    if (request.credential() != null) {
      return Uni.createFrom().item(new Source(registry.requireLoginServer(), null));
    }
    return access
        .require(principalId, PULL, registry.id())
        .replaceWith(() -> new Source(registry.requireLoginServer(), registry.requireIdentity()));
  }

  private Uni<Void> checkTargets(Registry target, ImportRequest request) {
    if (request.force() || request.targets().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tags.existing(target.uid(), request.targets())
        .invoke(existing -> {
          if (!existing.isEmpty()) {
            throw ArmException.conflict(
                "Tag %s already exists in target registry '%s'. Use mode Force to replace it."
                    .formatted(String.join(", ", existing), target.name()));
          }
        })
        .replaceWithVoid();
  }

  private Uni<Void> bind(UUID uid, Source source, ImportRequest request) {
    JsonObject binding;
    if (request.credential() != null) {
      binding =
          new JsonObject()
              .put("userName", opaque(request.credential().username()))
              .put("password", opaque(request.credential().password()));
    } else if (source.identity() != null) {
      binding =
          new JsonObject()
              .put(
                  "identity",
                  new JsonObject()
                      .put("principalId", source.identity().principalId())
                      .put("clientId", source.identity().clientId()))
              .put("actions", new JsonArray().add("pull"));
    } else {
      return Uni.createFrom().voidItem();
    }
    Instant over = clock.instant().plus(OVER);
    Cleanups.Cleanup later =
        new Cleanups.Cleanup("/runs/" + uid, CleanupAction.FORGET_OWNER, uid.toString());
    return transactions
        .in(connection -> cleanups.add(connection, List.of(later), over))
        .chain(() -> broker.putBindings(uid, new JsonObject().put(source.host(), binding)));
  }

  private static JsonObject opaque(String value) {
    return new JsonObject().put("value", value).put("type", "Opaque");
  }

  private ScheduleRun.Draft draft(UUID uid, Registry target, Source source, ImportRequest request) {
    String own = target.requireLoginServer();
    boolean bound = request.credential() != null || source.identity() != null;
    List<String> custom = bound && !source.host().equals(own) ? List.of(source.host()) : List.of();
    List<String> logins = new ArrayList<>(List.of(own));
    logins.addAll(custom);
    return new ScheduleRun.Draft(
        uid,
        target.uid(),
        target.name(),
        target.runPrefix(),
        null,
        null,
        new Run.Origin(
            RunKind.IMPORT,
            "QuickRun",
            "Manual",
            "default",
            Platform.DEFAULT,
            1,
            TIMEOUT_SECONDS,
            custom),
        json.write(new StoredSpec(target.id(), own, logins, step(source, request))));
  }

  private static ObjectNode step(Source source, ImportRequest request) {
    ObjectNode step = JsonNodeFactory.instance.objectNode().put("type", "Import");
    step.putObject("source")
        .put("registry", source.host())
        .put("repository", request.image().repository())
        .put("reference", request.image().reference());
    request.targets().forEach(step.putArray("targets")::add);
    request.untaggedTargets().forEach(step.putArray("untaggedTargets")::add);
    step.put("force", request.force());
    return step;
  }
}
