package io.slipway.identity.access;

import java.util.List;
import java.util.UUID;

/**
 * A role: a name for permissions.
 *
 * @param id GUID, the same in every cloud
 * @param roleName what people call it
 * @param description what it is for
 * @param permissions any of them is enough
 */
public record RoleDefinition(
    UUID id, String roleName, String description, List<Permission> permissions) {

  /** Whether one of the permissions allows the operation. */
  public boolean allows(Operation operation) {
    return permissions.stream().anyMatch(permission -> permission.allows(operation));
  }
}
