package io.slipway.identity.role;

import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.access.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Gives a principal a role somewhere, inside the caller's transaction. */
@ApplicationScoped
public class AssignRole {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");

  private final RoleAssignmentRepository assignments;
  private final InstantSource clock;

  AssignRole(RoleAssignmentRepository assignments, InstantSource clock) {
    this.assignments = assignments;
    this.clock = clock;
  }

  /** Makes the assignment unless it is there; idempotent. */
  public Uni<RoleAssignmentEntity> ensure(
      Mutiny.StatelessSession session, UUID principalId, RoleDefinition role, Scope scope) {
    return assignments
        .find(session, principalId, role.id(), scope)
        .chain(found ->
            found.isPresent()
                ? Uni.createFrom().item(found.get())
                : insert(session, UUID.randomUUID(), principalId, role, scope, ""));
  }

  /** Inserts the assignment under this name. */
  Uni<RoleAssignmentEntity> insert(
      Mutiny.StatelessSession session,
      UUID name,
      UUID principalId,
      RoleDefinition role,
      Scope scope,
      String createdBy) {
    RoleAssignmentEntity row = new RoleAssignmentEntity();
    row.name = name;
    row.scope = scope.text();
    row.scopeKey = scope.key();
    row.roleId = role.id();
    row.principalId = principalId;
    row.createdBy = createdBy;
    row.createdAt = clock.instant();
    AUDIT.infof(
        "action=assign-role principal=%s role=%s scope=%s by=%s",
        principalId, role.roleName(), scope.text(), createdBy.isEmpty() ? "platform" : createdBy);
    return session.insert(row).replaceWith(row);
  }
}
