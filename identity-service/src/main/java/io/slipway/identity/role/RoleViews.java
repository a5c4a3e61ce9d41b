package io.slipway.identity.role;

import io.slipway.identity.access.Permission;
import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Role definitions and assignments as ARM shows them. */
@ApplicationScoped
class RoleViews {
  private static final String DEFINITIONS = "/providers/Microsoft.Authorization/roleDefinitions/";
  private static final String ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments/";

  private final Settings settings;

  RoleViews(Settings settings) {
    this.settings = settings;
  }

  record DefinitionProperties(
      String roleName,
      String type,
      String description,
      List<String> assignableScopes,
      List<Permission> permissions) {}

  record Definition(String id, String type, String name, DefinitionProperties properties) {}

  record AssignmentProperties(
      String roleDefinitionId,
      String principalId,
      String principalType,
      String scope,
      @Nullable String condition,
      @Nullable String conditionVersion,
      Instant createdOn,
      Instant updatedOn,
      @Nullable String createdBy,
      @Nullable String updatedBy,
      @Nullable String description) {}

  record Assignment(String id, String type, String name, AssignmentProperties properties) {}

  Definition definition(RoleDefinition role) {
    return new Definition(
        definitionId(role.id()),
        "Microsoft.Authorization/roleDefinitions",
        role.id().toString(),
        new DefinitionProperties(
            role.roleName(), "BuiltInRole", role.description(), List.of("/"), role.permissions()));
  }

  Assignment assignment(RoleAssignmentEntity row) {
    String by = row.createdBy.isEmpty() ? null : row.createdBy;
    String scope = row.scope.equals("/") ? "" : row.scope;
    return new Assignment(
        scope + ASSIGNMENTS + row.name,
        "Microsoft.Authorization/roleAssignments",
        row.name.toString(),
        new AssignmentProperties(
            definitionId(row.roleId),
            row.principalId.toString(),
            "ServicePrincipal",
            row.scope,
            null,
            null,
            row.createdAt,
            row.createdAt,
            by,
            by,
            row.description));
  }

  /** The id of a role is the same text wherever it is shown: clients compare it as a text. */
  private String definitionId(UUID role) {
    return "/subscriptions/" + settings.subscriptionId() + DEFINITIONS + role;
  }

  /** The GUID at the end of a role definition's id, at whatever scope. */
  static Optional<UUID> roleId(String definitionId) {
    String id = definitionId.toLowerCase(Locale.ROOT);
    int at = id.lastIndexOf(DEFINITIONS.toLowerCase(Locale.ROOT));
    return at < 0 ? Optional.empty() : guid(id.substring(at + DEFINITIONS.length()));
  }

  /** Reads a GUID, in its full form only. */
  static Optional<UUID> guid(String text) {
    try {
      UUID id = UUID.fromString(text);
      return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }
}
