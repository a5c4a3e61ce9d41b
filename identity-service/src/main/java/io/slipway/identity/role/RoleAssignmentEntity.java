package io.slipway.identity.role;

import io.slipway.identity.access.Grant;
import io.slipway.identity.access.Scope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of a role assignment: principal, role and scope. */
@Entity
@Table(name = "role_assignment")
public class RoleAssignmentEntity {
  @Id public UUID name;

  public String scope;

  /** The scope in lower case. */
  @Column(name = "scope_key")
  public String scopeKey;

  @Column(name = "role_id")
  public UUID roleId;

  @Column(name = "principal_id")
  public UUID principalId;

  public @Nullable String description;

  /** Principal id of its creator; empty if the platform created it. */
  @Column(name = "created_by")
  public String createdBy;

  @Column(name = "created_at")
  public Instant createdAt;

  /** Its grant; empty if its role or scope is not known, or no longer. */
  Optional<Grant> grant(BuiltInRoles roles) {
    return roles
        .byId(roleId)
        .flatMap(role -> Scope.parse(scope).map(where -> new Grant(role, where)));
  }
}
