package io.slipway.identity.role;

import io.slipway.identity.arm.ArmException;
import io.slipway.identity.arm.ArmRequest;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.filter.RoleFilter;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code Microsoft.Authorization/roleAssignments} at any scope. */
@Path("/arm/authorization/roleassignments")
@RolesAllowed(Caller.ARM)
class RoleAssignmentResource {
  private final ListRoleAssignments list;
  private final FindRoleAssignment find;
  private final PutRoleAssignment put;
  private final RemoveRoleAssignment remove;
  private final RoleViews views;
  private final ArmRequest request;
  private final Caller caller;

  RoleAssignmentResource(
      ListRoleAssignments list,
      FindRoleAssignment find,
      PutRoleAssignment put,
      RemoveRoleAssignment remove,
      RoleViews views,
      ArmRequest request,
      Caller caller) {
    this.list = list;
    this.find = find;
    this.put = put;
    this.remove = remove;
    this.views = views;
    this.request = request;
    this.caller = caller;
  }

  record Properties(
      @Nullable String roleDefinitionId,
      @Nullable String principalId,
      @Nullable String condition) {}

  record Wanted(@Nullable Properties properties) {}

  @GET
  public Uni<Map<String, List<RoleViews.Assignment>>> list(
      @QueryParam("$filter") @Nullable String filter) {
    RoleFilter.Assignments wanted =
        RoleFilter.assignments(filter == null ? "" : filter)
            .orElseThrow(() ->
                ArmException.invalid(
                    "UnsupportedFilter",
                    "Role assignments are filtered by atScope(), principalId eq '…' and"
                        + " assignedTo('…'), joined by 'and'."));
    return list.list(caller.principalId(), request.scope(), wanted)
        .map(found -> Map.of("value", found.stream().map(views::assignment).toList()));
  }

  @GET
  @Path("/{name}")
  public Uni<RoleViews.Assignment> get(@PathParam("name") String name) {
    return find.find(caller.principalId(), request.scope(), guid(name))
        .map(found ->
            views.assignment(
                found.orElseThrow(() ->
                    new ArmException(
                        404,
                        "RoleAssignmentNotFound",
                        "The role assignment '" + name + "' is not found."))));
  }

  @PUT
  @Path("/{name}")
  public Uni<Response> put(@PathParam("name") String name, @Nullable Wanted body) {
    Properties properties = body == null ? null : body.properties();
    if (properties == null
        || properties.roleDefinitionId() == null
        || properties.principalId() == null) {
      throw ArmException.invalid(
          "InvalidRequestContent", "properties.roleDefinitionId and principalId are needed.");
    }
    // A condition narrows a role; to leave it out would widen what was asked for.
    if (properties.condition() != null && !properties.condition().isBlank()) {
      throw ArmException.invalid(
          "ConditionNotSupported", "Role assignments with conditions are not supported.");
    }
    UUID role =
        RoleViews.roleId(properties.roleDefinitionId())
            .orElseThrow(() ->
                ArmException.invalid(
                    "InvalidRoleDefinitionId", "roleDefinitionId is not the id of a role."));
    PutRoleAssignment.Wanted wanted =
        new PutRoleAssignment.Wanted(
            guid(name), guid(properties.principalId()), role, request.scope());
    return put.put(caller.principalId(), wanted)
        .map(row -> Response.status(201).entity(views.assignment(row)).build());
  }

  @DELETE
  @Path("/{name}")
  public Uni<Response> delete(@PathParam("name") String name) {
    return remove.remove(caller.principalId(), request.scope(), guid(name)).map(this::deleted);
  }

  private Response deleted(Optional<RoleAssignmentEntity> row) {
    return row.map(found -> Response.ok(views.assignment(found)).build())
        .orElseGet(() -> Response.noContent().build());
  }

  private static UUID guid(String text) {
    return RoleViews.guid(text)
        .orElseThrow(() ->
            ArmException.invalid(
                "InvalidGuid", "Names of role assignments and principal ids are GUIDs."));
  }
}
