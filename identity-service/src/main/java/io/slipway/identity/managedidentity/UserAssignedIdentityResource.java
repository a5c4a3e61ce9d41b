package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.arm.ArmRequest;
import io.slipway.identity.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code Microsoft.ManagedIdentity/userAssignedIdentities}. */
@Path("/arm/managedidentity/userassignedidentities")
@RolesAllowed(Caller.ARM)
class UserAssignedIdentityResource {
  private static final Set<String> READ_ONLY = Set.of("tenantId", "principalId", "clientId");

  private final ListUserAssignedIdentities list;
  private final FindUserAssignedIdentity find;
  private final PutUserAssignedIdentity put;
  private final DeleteUserAssignedIdentity delete;
  private final UserAssignedIdentityView views;
  private final ArmRequest request;
  private final Caller caller;

  UserAssignedIdentityResource(
      ListUserAssignedIdentities list,
      FindUserAssignedIdentity find,
      PutUserAssignedIdentity put,
      DeleteUserAssignedIdentity delete,
      UserAssignedIdentityView views,
      ArmRequest request,
      Caller caller) {
    this.list = list;
    this.find = find;
    this.put = put;
    this.delete = delete;
    this.views = views;
    this.request = request;
    this.caller = caller;
  }

  record Wanted(
      @Nullable String location,
      @Nullable Map<String, String> tags,
      @Nullable Map<String, Object> properties) {}

  @GET
  public Uni<Map<String, List<UserAssignedIdentityView.Body>>> list() {
    Scope scope = request.scope();
    return list.list(caller.principalId(), scope)
        .map(found -> Map.of("value", found.stream().map(views::body).toList()));
  }

  @GET
  @Path("/{name}")
  public Uni<UserAssignedIdentityView.Body> get(@PathParam("name") String name) {
    UserAssignedId id = id(name);
    return find.find(caller.principalId(), id)
        .map(found ->
            views.body(
                found.orElseThrow(() -> ArmException.notFound("The identity '" + name + "'"))));
  }

  @PUT
  @Path("/{name}")
  public Uni<Response> put(@PathParam("name") String name, @Nullable Wanted wanted) {
    if (wanted == null || wanted.location() == null || wanted.location().isBlank()) {
      throw ArmException.invalid(
          "LocationRequired", "The location property is required for this definition.");
    }
    if (wanted.properties() != null) {
      wanted.properties().forEach(UserAssignedIdentityResource::check);
    }
    String tags = views.tags(wanted.tags() == null ? Map.of() : wanted.tags());
    return put.put(caller.principalId(), id(name), wanted.location(), tags)
        .map(done ->
            Response.status(done.isNew() ? 201 : 200).entity(views.body(done.identity())).build());
  }

  /** What ARM's answers have may come back; what it could set is refused by name. */
  private static void check(String name, @Nullable Object value) {
    boolean none = value == null || name.equals("isolationScope") && value.equals("None");
    if (!none && !READ_ONLY.contains(name)) {
      String shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
      throw ArmException.invalid(
          "NotSupported", "properties." + shown + " is not supported by Slipway: leave it out.");
    }
  }

  @DELETE
  @Path("/{name}")
  public Uni<Response> delete(@PathParam("name") String name) {
    return delete
        .delete(caller.principalId(), id(name))
        .map(found -> Response.status(found ? 200 : 204).build());
  }

  private UserAssignedId id(String name) {
    return UserAssignedId.of(request.scope(), name);
  }
}
