package io.slipway.identity.principal;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class PrincipalRepository {

  /** The principal of this id. */
  public Uni<Optional<PrincipalEntity>> byId(Mutiny.StatelessSession session, UUID id) {
    return session.get(PrincipalEntity.class, id).map(Optional::ofNullable);
  }

  /** The principals of these ids; unknown ones are left out. */
  public Uni<List<PrincipalEntity>> byIds(Mutiny.StatelessSession session, Collection<UUID> ids) {
    return session
        .createQuery("from PrincipalEntity where id in (:ids)", PrincipalEntity.class)
        .setParameter("ids", ids)
        .getResultList();
  }

  /** The principal of this client id, in any case. */
  public Uni<Optional<PrincipalEntity>> byClientId(
      Mutiny.StatelessSession session, String clientId) {
    return session
        .createQuery("from PrincipalEntity where clientId = :clientId", PrincipalEntity.class)
        .setParameter("clientId", clientId.toLowerCase(Locale.ROOT))
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  /** Principals of this name. */
  public Uni<List<PrincipalEntity>> byDisplayName(Mutiny.StatelessSession session, String name) {
    return session
        .createQuery(
            "from PrincipalEntity where displayName = :name order by createdAt",
            PrincipalEntity.class)
        .setParameter("name", name)
        .setMaxResults(100)
        .getResultList();
  }

  /** Removes a principal with its identity and its role assignments. */
  public Uni<Integer> delete(Mutiny.StatelessSession session, Collection<UUID> ids) {
    return session
        .createMutationQuery("delete from PrincipalEntity where id in (:ids)")
        .setParameter("ids", ids)
        .executeUpdate();
  }
}
