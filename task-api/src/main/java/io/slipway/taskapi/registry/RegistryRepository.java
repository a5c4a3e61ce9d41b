package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.store.JsonText;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Queries over registries; names are compared in any case and are unique in the platform. */
@ApplicationScoped
public class RegistryRepository {
  private static final String WITH_GROUP =
      "select r, g.name from Registry r join ResourceGroup g on g.nameKey = r.groupKey ";

  private final Mutiny.SessionFactory sessions;
  private final JsonText json;
  private final String subscriptionId;

  RegistryRepository(
      Mutiny.SessionFactory sessions,
      JsonText json,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.sessions = sessions;
    this.json = json;
    this.subscriptionId = subscriptionId;
  }

  /** The registry in a group; fails with 404. */
  public Uni<Registry> get(String group, String name) {
    return findByName(name)
        .map(found ->
            found
                .filter(registry -> registry.group().equalsIgnoreCase(group))
                .orElseThrow(
                    () -> ArmException.notFound(ResourceId.registry(subscriptionId, group, name))));
  }

  /** The registry with this name, in whatever group. */
  public Uni<Optional<Registry>> findByName(String name) {
    return one("where r.nameKey = ?1", ResourceId.key(name));
  }

  /** The registry with this ARM id, in any case. */
  public Uni<Optional<Registry>> findById(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    return findByName(name).map(found -> found.filter(it -> it.id().equalsIgnoreCase(id)));
  }

  /** The registry with this login server. */
  public Uni<Optional<Registry>> findByLoginServer(String loginServer) {
    return one("where r.loginServer = ?1", loginServer);
  }

  /** All registries, or those of a group, by name. */
  public Uni<List<Registry>> list(@Nullable String group) {
    String order = " order by r.nameKey";
    return group == null
        ? many(order)
        : many("where r.groupKey = ?1" + order, ResourceId.key(group));
  }

  /** Those whose creation is not through. */
  Uni<List<Registry>> creating() {
    return many("where r.state = ?1", "Creating");
  }

  /** Adds one; false if the name is taken. */
  Uni<Boolean> insert(RegistryEntity entity) {
    return sessions
        .withTransaction(session -> session.persist(entity))
        .replaceWith(true)
        .onFailure(RegistryRepository::isTaken)
        .recoverWithItem(false);
  }

  /** Changes what is only description. */
  Uni<Void> describe(UUID uid, String sku, Map<String, String> tags) {
    return update(
        uid,
        entity -> {
          entity.sku = sku;
          entity.tags = json.write(tags);
        });
  }

  /** Changes one. */
  Uni<Void> update(UUID uid, Consumer<RegistryEntity> change) {
    return sessions.withTransaction(session ->
        session
            .find(RegistryEntity.class, uid)
            .onItem()
            .ifNull()
            .failWith(() -> ArmException.conflict("The registry was deleted at the same time."))
            .invoke(change)
            .replaceWithVoid());
  }

  private Uni<Optional<Registry>> one(String where, Object value) {
    return many(where, value).map(found -> found.stream().findFirst());
  }

  private Uni<List<Registry>> many(String where, Object... values) {
    return sessions
        .withSession(session -> {
          Mutiny.SelectionQuery<Object[]> query =
              session.createQuery(WITH_GROUP + where, Object[].class);
          for (int i = 0; i < values.length; i++) {
            query.setParameter(i + 1, values[i]);
          }
          return query.getResultList();
        })
        .map(rows -> rows.stream().map(this::registry).toList());
  }

  private Registry registry(Object[] row) {
    RegistryEntity entity = (RegistryEntity) row[0];
    String group = (String) row[1];
    return new Registry(
        entity.uid,
        ResourceId.registry(subscriptionId, group, entity.name),
        entity.name,
        group,
        entity.location,
        entity.sku,
        json.tags(entity.tags),
        entity.state,
        entity.loginServer,
        entity.principalId == null
            ? null
            : new Registry.OwnIdentity(entity.principalId, entity.clientId),
        entity.runPrefix,
        entity.createdAt);
  }

  private static boolean isTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConstraintViolationException violation) {
        return "23505".equals(violation.getSQLState());
      }
    }
    return false;
  }
}
