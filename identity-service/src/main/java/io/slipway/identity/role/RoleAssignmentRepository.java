package io.slipway.identity.role;

import io.slipway.identity.access.Grant;
import io.slipway.identity.access.Scope;
import io.slipway.identity.access.ScopeTree;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
public class RoleAssignmentRepository {
  private final BuiltInRoles roles;

  RoleAssignmentRepository(BuiltInRoles roles) {
    this.roles = roles;
  }

  /** All that a principal has been granted. */
  public Uni<List<Grant>> grants(Mutiny.StatelessSession session, UUID principalId) {
    return ofPrincipal(session, principalId)
        .map(rows -> rows.stream().map(row -> row.grant(roles)).flatMap(Optional::stream).toList());
  }

  /** Assignments of a principal, oldest first. */
  Uni<List<RoleAssignmentEntity>> ofPrincipal(Mutiny.StatelessSession session, UUID principalId) {
    return session
        .createQuery(
            "from RoleAssignmentEntity where principalId = :principal order by createdAt, name",
            RoleAssignmentEntity.class)
        .setParameter("principal", principalId)
        .getResultList();
  }

  /** Assignments at a scope, above and, if asked for, below; oldest first. */
  Uni<List<RoleAssignmentEntity>> around(
      Mutiny.StatelessSession session, Scope scope, boolean below) {
    String query =
        "from RoleAssignmentEntity where scopeKey in (:above)"
            + (below ? " or scopeKey >= :first and scopeKey < :after" : "")
            + " order by createdAt, name";
    Mutiny.SelectionQuery<RoleAssignmentEntity> selection =
        session
            .createQuery(query, RoleAssignmentEntity.class)
            .setParameter("above", ScopeTree.upwards(scope));
    if (below) {
      selection.setParameter("first", scope.firstBelow()).setParameter("after", scope.afterBelow());
    }
    return selection.getResultList();
  }

  /** The assignment of this name. */
  Uni<Optional<RoleAssignmentEntity>> byName(Mutiny.StatelessSession session, UUID name) {
    return session.get(RoleAssignmentEntity.class, name).map(Optional::ofNullable);
  }

  /** The assignment of this role to this principal at just this scope. */
  public Uni<Optional<RoleAssignmentEntity>> find(
      Mutiny.StatelessSession session, UUID principalId, UUID roleId, Scope scope) {
    return session
        .createQuery(
            "from RoleAssignmentEntity where principalId = :principal and roleId = :role"
                + " and scopeKey = :scope",
            RoleAssignmentEntity.class)
        .setParameter("principal", principalId)
        .setParameter("role", roleId)
        .setParameter("scope", scope.key())
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  /** Removes the assignments at a scope and below. */
  public Uni<Integer> deleteAtOrBelow(Mutiny.StatelessSession session, Scope scope) {
    return session
        .createMutationQuery(
            "delete from RoleAssignmentEntity where scopeKey = :key"
                + " or scopeKey >= :first and scopeKey < :after")
        .setParameter("key", scope.key())
        .setParameter("first", scope.firstBelow())
        .setParameter("after", scope.afterBelow())
        .executeUpdate();
  }

  /** The assignment of this name, if it is at just this scope. */
  public Uni<Optional<RoleAssignmentEntity>> at(
      Mutiny.StatelessSession session, Scope scope, UUID name) {
    return byName(session, name)
        .map(found -> found.filter(row -> row.scopeKey.equals(scope.key())));
  }
}
