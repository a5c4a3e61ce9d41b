package io.slipway.taskapi.group;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.store.EntityTransactions;
import io.slipway.taskapi.store.JsonText;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Queries over resource groups; names are compared in any case. */
@ApplicationScoped
public class ResourceGroupRepository {
  private final EntityTransactions transactions;
  private final JsonText json;
  private final InstantSource clock;

  ResourceGroupRepository(EntityTransactions transactions, JsonText json, InstantSource clock) {
    this.transactions = transactions;
    this.json = json;
    this.clock = clock;
  }

  /** A group after a write, and whether it is new. */
  public record Saved(ResourceGroup group, boolean created) {}

  /** The group with this name. */
  public Uni<Optional<ResourceGroup>> find(String name) {
    return transactions.reading(session ->
        session
            .get(ResourceGroupEntity.class, ResourceId.key(name))
            .map(found -> Optional.ofNullable(found).map(this::group)));
  }

  /** The group with this name; fails with 404. */
  public Uni<ResourceGroup> get(String name) {
    return find(name).map(found -> found.orElseThrow(() -> missing(name)));
  }

  public Uni<List<ResourceGroup>> list() {
    return transactions
        .reading(session ->
            session
                .createQuery("from ResourceGroup order by nameKey", ResourceGroupEntity.class)
                .getResultList())
        .map(found -> found.stream().map(this::group).toList());
  }

  /**
   * Makes or changes a group; the spelling of its name stays what it was first. Of two that make it
   * at once the second finds it.
   */
  public Uni<Saved> put(String name, String location, @Nullable Map<String, String> tags) {
    return transactions
        .in(session -> put(session, name, location, json.write(tags == null ? Map.of() : tags)))
        .onFailure(EntityTransactions::isTaken)
        .retry()
        .atMost(1);
  }

  private Uni<Saved> put(
      Mutiny.StatelessSession session, String name, String location, String tags) {
    return session
        .get(ResourceGroupEntity.class, ResourceId.key(name), LockMode.PESSIMISTIC_WRITE)
        .chain(found -> {
          if (found != null) {
            found.tags = tags;
            return session.update(found).replaceWith(() -> new Saved(group(found), false));
          }
          ResourceGroupEntity entity = new ResourceGroupEntity();
          entity.nameKey = ResourceId.key(name);
          entity.name = name;
          entity.location = location;
          entity.tags = tags;
          entity.createdAt = clock.instant();
          return session.insert(entity).replaceWith(() -> new Saved(group(entity), true));
        });
  }

  /** What is answered when there is no such group. */
  public static ArmException missing(String name) {
    return ArmException.of(
        404, "ResourceGroupNotFound", "Resource group '" + name + "' could not be found.");
  }

  private ResourceGroup group(ResourceGroupEntity entity) {
    return new ResourceGroup(entity.name, entity.location, json.tags(entity.tags));
  }
}
