package io.slipway.identity.role;

import io.slipway.identity.access.RoleDefinition;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.arm.ArmRequest;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.filter.RoleFilter;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code Microsoft.Authorization/roleDefinitions}, the same at every scope. */
@Path("/arm/authorization/roledefinitions")
@RolesAllowed(Caller.ARM)
class RoleDefinitionResource {
  private static final String READ = "Microsoft.Authorization/roleDefinitions/read";

  private final BuiltInRoles roles;
  private final RoleViews views;
  private final Transactions transactions;
  private final DecideAccess access;
  private final ArmRequest request;
  private final Caller caller;

  RoleDefinitionResource(
      BuiltInRoles roles,
      RoleViews views,
      Transactions transactions,
      DecideAccess access,
      ArmRequest request,
      Caller caller) {
    this.roles = roles;
    this.views = views;
    this.transactions = transactions;
    this.access = access;
    this.request = request;
    this.caller = caller;
  }

  @GET
  public Uni<Map<String, List<RoleViews.Definition>>> list(
      @QueryParam("$filter") @Nullable String filter) {
    List<RoleDefinition> found = filtered(filter == null ? "" : filter);
    return allowed().map(done -> Map.of("value", found.stream().map(views::definition).toList()));
  }

  @GET
  @Path("/{name}")
  public Uni<RoleViews.Definition> get(@PathParam("name") String name) {
    return allowed()
        .map(done ->
            RoleViews.guid(name)
                .flatMap(roles::byId)
                .map(views::definition)
                .orElseThrow(() ->
                    new ArmException(
                        404,
                        "RoleDefinitionDoesNotExist",
                        "There is no role with the id '" + name + "'.")));
  }

  private List<RoleDefinition> filtered(String filter) {
    if (filter.isBlank() || filter.strip().equalsIgnoreCase("atScopeAndBelow()")) {
      return roles.all();
    }
    Optional<String> type = RoleFilter.type(filter);
    if (type.isPresent()) {
      return type.get().equalsIgnoreCase("BuiltInRole") ? roles.all() : List.of();
    }
    String name =
        RoleFilter.roleName(filter)
            .orElseThrow(() ->
                ArmException.invalid(
                    "UnsupportedFilter", "Roles are filtered by roleName eq '…' or type eq '…'."));
    return roles.byName(name).stream().toList();
  }

  private Uni<Void> allowed() {
    Scope scope = request.scope();
    return transactions.in(session -> access.require(session, caller.principalId(), READ, scope));
  }
}
