package io.slipway.broker.binding;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class BindingRepository {

  /** All of an owner, by login server. */
  Uni<List<BindingEntity>> of(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createQuery(
            "from BindingEntity where owner = :owner order by serverKey", BindingEntity.class)
        .setParameter("owner", owner)
        .getResultList();
  }

  /** All of these owners for these login servers. */
  Uni<List<BindingEntity>> of(
      Mutiny.StatelessSession session, Collection<UUID> owners, Collection<String> serverKeys) {
    return session
        .createQuery(
            "from BindingEntity where owner in (:owners) and serverKey in (:servers)",
            BindingEntity.class)
        .setParameter("owners", owners)
        .setParameter("servers", serverKeys)
        .getResultList();
  }

  /** Removes all of an owner. */
  public Uni<Integer> deleteAll(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createMutationQuery("delete from BindingEntity where owner = :owner")
        .setParameter("owner", owner)
        .executeUpdate();
  }

  /** Removes some of an owner. */
  Uni<Integer> delete(Mutiny.StatelessSession session, UUID owner, Collection<String> serverKeys) {
    return session
        .createMutationQuery(
            "delete from BindingEntity where owner = :owner and serverKey in (:servers)")
        .setParameter("owner", owner)
        .setParameter("servers", serverKeys)
        .executeUpdate();
  }
}
