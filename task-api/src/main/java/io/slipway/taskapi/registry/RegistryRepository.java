package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.store.EntityTransactions;
import io.slipway.taskapi.store.JsonText;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Queries over registries; names are compared in any case and are unique in the platform. */
@ApplicationScoped
public class RegistryRepository {
  private static final String WITH_GROUP =
      "select r, g.name from Registry r join ResourceGroup g on g.nameKey = r.groupKey ";

  private final EntityTransactions transactions;
  private final RegistriesByName byName;
  private final JsonText json;
  private final String subscriptionId;

  RegistryRepository(
      EntityTransactions transactions,
      RegistriesByName byName,
      JsonText json,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.transactions = transactions;
    this.byName = byName;
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
    return byName.find(name);
  }

  /** The same, in the caller's transaction. */
  Uni<Optional<Registry>> findByName(Mutiny.StatelessSession session, String name) {
    return one(session, "where r.nameKey = ?1", ResourceId.key(name));
  }

  /** The registry with this ARM id, in any case. */
  public Uni<Optional<Registry>> findById(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    return findByName(name).map(found -> found.filter(it -> it.id().equalsIgnoreCase(id)));
  }

  /** The registry with this login server. */
  public Uni<Optional<Registry>> findByLoginServer(String loginServer) {
    return transactions.reading(session -> one(session, "where r.loginServer = ?1", loginServer));
  }

  /** All registries, or those of a group, by name. */
  public Uni<List<Registry>> list(@Nullable String group) {
    String order = " order by r.nameKey";
    return transactions.reading(session ->
        group == null
            ? many(session, order)
            : many(session, "where r.groupKey = ?1" + order, ResourceId.key(group)));
  }

  /**
   * ARM id of the registry that a row names in {@code registry} and {@code group_key}; empty for
   * one that was deleted, of which everything goes anyway.
   */
  public static Optional<String> idOf(String subscriptionId, Row row) {
    return Optional.ofNullable(row.getString("group_key"))
        .map(group -> ResourceId.registry(subscriptionId, group, row.getString("registry")));
  }

  /** Registries whose creation has not finished. */
  Uni<List<Registry>> creating() {
    return transactions.reading(session -> many(session, "where r.state = ?1", "Creating"));
  }

  /** Changes one, in the caller's transaction; its row is locked against other changes. */
  static Uni<Void> update(
      Mutiny.StatelessSession session, UUID uid, Consumer<RegistryEntity> change) {
    return session
        .get(RegistryEntity.class, uid, LockMode.PESSIMISTIC_WRITE)
        .onItem()
        .transform(found -> {
          if (found == null || found.groupKey == null) {
            throw ArmException.conflict("The registry was deleted at the same time.");
          }
          return found;
        })
        .invoke(change)
        .chain(session::update);
  }

  private Uni<Optional<Registry>> one(Mutiny.StatelessSession session, String where, Object value) {
    return many(session, where, value).map(found -> found.stream().findFirst());
  }

  private Uni<List<Registry>> many(
      Mutiny.StatelessSession session, String where, Object... values) {
    Mutiny.SelectionQuery<Object[]> query = session.createQuery(WITH_GROUP + where, Object[].class);
    for (int i = 0; i < values.length; i++) {
      query.setParameter(i + 1, values[i]);
    }
    return query.getResultList().map(rows -> rows.stream().map(this::registry).toList());
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
        new Registry.Settings(entity.sku, entity.armTokens),
        json.tags(entity.tags),
        entity.state,
        entity.loginServer,
        entity.principalId == null
            ? null
            : new Registry.OwnIdentity(entity.principalId, entity.clientId),
        entity.runPrefix,
        entity.createdAt);
  }
}
