package io.slipway.taskapi.task;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.ImageDependency;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/** Queries over tasks; names are compared in any case. */
@ApplicationScoped
public class TaskRepository {
  private static final TypeReference<List<ImageDependency>> DEPENDENCIES = new TypeReference<>() {};

  private final Mutiny.SessionFactory sessions;
  private final JsonText json;
  private final InstantSource clock;

  TaskRepository(Mutiny.SessionFactory sessions, JsonText json, InstantSource clock) {
    this.sessions = sessions;
    this.json = json;
    this.clock = clock;
  }

  /** Place of a task in the ledger, whether or not it is complete. */
  record Reserved(UUID uid, int version) {}

  /** What a task is to be. */
  record Definition(
      String location, Map<String, String> tags, ObjectNode properties, TaskIdentity identity) {}

  /** Id of a task of a registry. */
  public static String id(Registry registry, String name) {
    return registry.id() + "/tasks/" + name;
  }

  /** The task; fails with 404. */
  public Uni<Task> get(Registry registry, String name) {
    return find(registry, name)
        .map(found -> found.orElseThrow(() -> ArmException.notFound(id(registry, name))));
  }

  /** The task, if its creation got through. */
  public Uni<Optional<Task>> find(Registry registry, String name) {
    return sessions.withSession(session ->
        row(session, registry, name)
            .map(found ->
                found
                    .filter(entity -> entity.properties != null)
                    .map(entity -> task(registry, entity))));
  }

  /** All tasks of a registry by name. */
  public Uni<List<Task>> list(Registry registry) {
    return sessions
        .withSession(session ->
            session
                .createQuery(
                    "from Task where registryUid = ?1 and properties is not null"
                        + " order by nameKey",
                    TaskEntity.class)
                .setParameter(1, registry.uid())
                .getResultList())
        .map(found -> found.stream().map(entity -> task(registry, entity)).toList());
  }

  /** Finds the place of a task or makes one, so that its uid is known before it is complete. */
  Uni<Reserved> reserve(Registry registry, String name, String location) {
    return place(registry, name)
        .chain(found ->
            found.isPresent()
                ? Uni.createFrom().item(found.get())
                : insert(registry, name, location)
                    .chain(() -> place(registry, name))
                    .map(Optional::orElseThrow));
  }

  /** Completes a task; fails with 409 if it was changed since it was reserved. */
  Uni<Void> save(Reserved reserved, Definition definition) {
    return sessions.withTransaction(session ->
        session
            .find(TaskEntity.class, reserved.uid())
            .onItem()
            .ifNull()
            .failWith(TaskRepository::changed)
            .invoke(entity -> {
              if (entity.version != reserved.version()) {
                throw changed();
              }
              entity.location = definition.location();
              entity.tags = json.write(definition.tags());
              entity.properties = json.write(definition.properties());
              entity.identity = json.write(definition.identity());
              entity.updatedAt = clock.instant();
            })
            .call(session::flush)
            .onFailure(jakarta.persistence.OptimisticLockException.class)
            .transform(ignored -> changed())
            .replaceWithVoid());
  }

  private Uni<Optional<Reserved>> place(Registry registry, String name) {
    return sessions.withSession(session ->
        row(session, registry, name)
            .map(found -> found.map(it -> new Reserved(it.uid, it.version))));
  }

  private Uni<Void> insert(Registry registry, String name, String location) {
    Instant now = clock.instant();
    TaskEntity entity = new TaskEntity();
    entity.uid = TimeOrderedId.at(now);
    entity.registryUid = registry.uid();
    entity.name = name;
    entity.nameKey = ResourceId.key(name);
    entity.location = location;
    entity.tags = "{}";
    entity.identity = json.write(TaskIdentity.NONE);
    entity.dependencies = "[]";
    entity.createdAt = now;
    entity.updatedAt = now;
    return sessions
        .withTransaction(session -> session.persist(entity))
        .onFailure(failure -> failure instanceof ConstraintViolationException)
        .recoverWithNull();
  }

  private static Uni<Optional<TaskEntity>> row(
      Mutiny.Session session, Registry registry, String name) {
    return session
        .createQuery("from Task where registryUid = ?1 and nameKey = ?2", TaskEntity.class)
        .setParameter(1, registry.uid())
        .setParameter(2, ResourceId.key(name))
        .getResultList()
        .map(found -> found.stream().findFirst());
  }

  private Task task(Registry registry, TaskEntity entity) {
    return new Task(
        entity.uid,
        id(registry, entity.name),
        entity.name,
        entity.location,
        json.tags(entity.tags),
        json.read(Objects.requireNonNull(entity.properties), ObjectNode.class),
        json.read(entity.identity, TaskIdentity.class),
        json.read(entity.dependencies, DEPENDENCIES),
        entity.createdAt,
        entity.version);
  }

  private static ArmException changed() {
    return ArmException.conflict("The task was changed at the same time. Repeat the request.");
  }
}
