package io.slipway.broker.binding;

import io.slipway.broker.rule.LoginServer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

  /** The one of an owner for a login server. */
  public Uni<Optional<BindingEntity>> find(
      Mutiny.StatelessSession session, UUID owner, LoginServer server) {
    return session
        .createQuery(
            "from BindingEntity where owner = :owner and serverKey = :server", BindingEntity.class)
        .setParameter("owner", owner)
        .setParameter("server", server.key())
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
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
