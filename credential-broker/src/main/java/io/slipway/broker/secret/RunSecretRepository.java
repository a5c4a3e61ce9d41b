package io.slipway.broker.secret;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class RunSecretRepository {

  /** All of an owner. */
  public Uni<List<RunSecretEntity>> of(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createQuery(
            "from RunSecretEntity where owner = :owner order by name", RunSecretEntity.class)
        .setParameter("owner", owner)
        .getResultList();
  }

  /** All of these owners. */
  public Uni<List<RunSecretEntity>> of(Mutiny.StatelessSession session, Collection<UUID> owners) {
    return session
        .createQuery(
            "from RunSecretEntity where owner in (:owners) order by name", RunSecretEntity.class)
        .setParameter("owners", owners)
        .getResultList();
  }

  /** Removes all of an owner. */
  public Uni<Integer> deleteAll(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createMutationQuery("delete from RunSecretEntity where owner = :owner")
        .setParameter("owner", owner)
        .executeUpdate();
  }

  /** Removes some of an owner. */
  Uni<Integer> delete(Mutiny.StatelessSession session, UUID owner, Collection<String> names) {
    return session
        .createMutationQuery(
            "delete from RunSecretEntity where owner = :owner and name in (:names)")
        .setParameter("owner", owner)
        .setParameter("names", names)
        .executeUpdate();
  }
}
