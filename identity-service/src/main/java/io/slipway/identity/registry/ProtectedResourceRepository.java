package io.slipway.identity.registry;

import io.slipway.identity.access.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class ProtectedResourceRepository {

  Uni<Optional<ProtectedResourceEntity>> byAudience(
      Mutiny.StatelessSession session, String audience) {
    return session.get(ProtectedResourceEntity.class, audience).map(Optional::ofNullable);
  }

  Uni<Void> put(Mutiny.StatelessSession session, ProtectedResourceEntity row) {
    return session.upsert(row);
  }

  Uni<Integer> delete(Mutiny.StatelessSession session, String audience) {
    return session
        .createMutationQuery("delete from ProtectedResourceEntity where audience = :audience")
        .setParameter("audience", audience)
        .executeUpdate();
  }

  Uni<Integer> delete(Mutiny.StatelessSession session, String audience, String resourceKey) {
    return session
        .createMutationQuery(
            "delete from ProtectedResourceEntity"
                + " where audience = :audience and resourceKey = :resource")
        .setParameter("audience", audience)
        .setParameter("resource", resourceKey)
        .executeUpdate();
  }

  /** Forgets a resource and all below it. */
  public Uni<Integer> deleteAtOrBelow(Mutiny.StatelessSession session, Scope scope) {
    return session
        .createMutationQuery(
            "delete from ProtectedResourceEntity where resourceKey = :key"
                + " or resourceKey >= :first and resourceKey < :after")
        .setParameter("key", scope.key())
        .setParameter("first", scope.firstBelow())
        .setParameter("after", scope.afterBelow())
        .executeUpdate();
  }
}
