package io.slipway.taskapi.imports;

import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.ImageName;
import io.slipway.taskapi.definition.ImportRequest;
import io.slipway.taskapi.operation.Operation;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.Registry.OwnIdentity;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final String READ = "Microsoft.ContainerRegistry/registries/read";
  private static final int TIMEOUT_SECONDS = 3_600;

  private final RegistryRepository registries;
  private final ImageTags tags;
  private final Access access;
  private final ScheduleRun scheduleRun;
  private final RunCredentials credentials;
  private final JsonText json;
  private final InstantSource clock;

  ImportImage(
      RegistryRepository registries,
      ImageTags tags,
      Access access,
      ScheduleRun scheduleRun,
      RunCredentials credentials,
      JsonText json,
      InstantSource clock) {
    this.registries = registries;
    this.tags = tags;
    this.access = access;
    this.scheduleRun = scheduleRun;
    this.credentials = credentials;
    this.json = json;
    this.clock = clock;
  }

  /** Where an image comes from. */
  private record Source(String host, @Nullable OwnIdentity identity) {}

  /**
   * Begins the import; the operation says how far it is. It has no row of its own but the run's, so
   * that there is none without the other.
   */
  public Uni<Operation> begin(Registry target, ImportRequest request, String principalId) {
    UUID uid = TimeOrderedId.at(clock.instant());
    return source(request, principalId)
        .map(source -> withoutOwnBinding(target, source, request))
        .call(() -> checkTargets(target, request))
        .chain(source ->
            credentials.during(
                uid,
                new RunCredentials.Own(bindings(source, request), Map.of()),
                () -> scheduleRun.schedule(draft(uid, target, source, request), null)))
        .map(run ->
            new Operation(uid, Operation.Kind.IMPORT, run.key().uid(), target.id(), principalId));
  }

  private Uni<Source> source(ImportRequest request, String principalId) {
    if (request.resourceId() != null) {
      String id = request.resourceId();
      // Asked first: whether there is such a registry is told to nobody else.
      return access
          .require(principalId, request.credential() == null ? PULL : READ, id)
          .chain(() -> registries.findById(id))
          .map(found ->
              found.orElseThrow(() ->
                  ArmException.of(
                      400,
                      "SourceRegistryNotFound",
                      "source.resourceId '" + id + "' is not a registry of this platform.")))
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

  /**
   * A copy within one registry uses that registry's own binding, which may push as well: one for
   * this run would stand before it, and may not.
   */
  private static Source withoutOwnBinding(Registry target, Source source, ImportRequest request) {
    if (!source.host().equals(target.requireLoginServer())) {
      return source;
    }
    if (request.credential() != null) {
      throw ArmException.invalid(
          "source.credentials: the source is the target registry itself; leave them out.");
    }
    return new Source(source.host(), null);
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

  private static JsonObject bindings(Source source, ImportRequest request) {
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
      return new JsonObject();
    }
    return new JsonObject().put(source.host(), binding);
  }

  private static JsonObject opaque(String value) {
    return new JsonObject().put("value", value).put("type", "Opaque");
  }

  private ScheduleRun.Draft draft(UUID uid, Registry target, Source source, ImportRequest request) {
    String own = target.requireLoginServer();
    boolean bound = request.credential() != null || source.identity() != null;
    List<String> custom = bound ? List.of(source.host()) : List.of();
    List<String> logins = new ArrayList<>(List.of(own));
    logins.addAll(custom);
    return new ScheduleRun.Draft(
        uid,
        target.uid(),
        target.name(),
        target.id(),
        target.runPrefix(),
        null,
        null,
        new Run.Origin(
            RunKind.IMPORT,
            "QuickRun",
            RunTrigger.MANUAL,
            "default",
            Platform.DEFAULT,
            1,
            TIMEOUT_SECONDS,
            custom,
            bound,
            null,
            Run.Origin.USUAL_PRIORITY),
        json.write(
            new StoredSpec(target.id(), own, logins, mayActAs(source), step(source, request))),
        false,
        target.tags());
  }

  /** The source's own identity, if the caller may pull there and shows no password. */
  private static List<String> mayActAs(Source source) {
    return source.identity() == null ? List.of() : List.of(source.identity().principalId());
  }

  private static TaskStep.Import step(Source source, ImportRequest request) {
    ImageName image = request.image();
    return new TaskStep.Import(
        new TaskStep.ImageSource(source.host(), image.repository(), image.reference()),
        request.targets(),
        request.untaggedTargets(),
        request.force());
  }
}
