package io.slipway.identity.principal;

import io.slipway.identity.access.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class ManagedIdentityRepository {
  private static final String ALL = "from ManagedIdentityEntity m join fetch m.principal p ";

  /** The identity of this ARM id, in any case. */
  public Uni<Optional<ManagedIdentityEntity>> byResource(
      Mutiny.StatelessSession session, PrincipalKind kind, String resourceId) {
    return byResources(session, kind, List.of(resourceId)).map(found -> found.stream().findFirst());
  }

  /** The identities of these ARM ids, in any case. */
  public Uni<List<ManagedIdentityEntity>> byResources(
      Mutiny.StatelessSession session, PrincipalKind kind, Collection<String> resourceIds) {
    return session
        .createQuery(
            ALL + "where p.kind = :kind and m.resourceKey in (:keys)", ManagedIdentityEntity.class)
        .setParameter("kind", kind)
        .setParameter("keys", resourceIds.stream().map(Scope::key).toList())
        .getResultList();
  }

  /** The identities of these principals; those that are none are left out. */
  public Uni<List<ManagedIdentityEntity>> byPrincipals(
      Mutiny.StatelessSession session, Collection<UUID> principals) {
    return session
        .createQuery(ALL + "where p.id in (:ids)", ManagedIdentityEntity.class)
        .setParameter("ids", principals)
        .getResultList();
  }

  /** User-assigned identities below a subscription or resource group, by name. */
  public Uni<List<ManagedIdentityEntity>> userAssignedBelow(
      Mutiny.StatelessSession session, Scope scope) {
    return session
        .createQuery(
            ALL
                + "where p.kind = :kind and m.resourceKey >= :first and m.resourceKey < :after"
                + " order by m.name, m.resourceKey",
            ManagedIdentityEntity.class)
        .setParameter("kind", PrincipalKind.UserAssigned)
        .setParameter("first", scope.firstBelow())
        .setParameter("after", scope.afterBelow())
        .getResultList();
  }

  /** Identities of a resource and of all below it. */
  public Uni<List<ManagedIdentityEntity>> atOrBelow(Mutiny.StatelessSession session, Scope scope) {
    return session
        .createQuery(
            ALL
                + "where m.resourceKey = :key"
                + " or m.resourceKey >= :first and m.resourceKey < :after",
            ManagedIdentityEntity.class)
        .setParameter("key", scope.key())
        .setParameter("first", scope.firstBelow())
        .setParameter("after", scope.afterBelow())
        .getResultList();
  }
}
